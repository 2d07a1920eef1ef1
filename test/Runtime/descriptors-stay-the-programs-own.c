// The collector opens its files in a table of descriptors of its own: the program's next open gives the lowest free number
// each time, as POSIX promises, and no copy of a closed pipe is left that would keep its reader waiting.
// RUN: rm -rf %t.dir && mkdir -p %t.dir && cd %t.dir
// RUN: %clang_memscope -O2 %s -o program %link_memscope && env MEMSCOPE_OPTIONS=resources=1000 ./program
#include <fcntl.h>
#include <memscope/annotations.h>
#include <stdlib.h>
#include <unistd.h>

static void *volatile kept;

MEMSCOPE_TRACK int main(void) {
  int ends[2];
  char byte;
  if (pipe(ends) != 0)
    return 1;
  kept = malloc(1); /* from here on the collector runs */
  for (int i = 0; i < 100000; i++) {
    close(0);
    if (open("/dev/null", O_RDONLY) != 0)
      return 2;
  }
  close(ends[1]);
  return read(ends[0], &byte, 1) == 0 ? 0 : 3; /* the end of the pipe, at once */
}
