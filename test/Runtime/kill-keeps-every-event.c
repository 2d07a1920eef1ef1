// After kill -9 in the middle of allocating, every event that had completed is in the trace: as many as the program
// itself had counted into a pipe, or the one more it was about to count.
// RUN: rm -rf %t.dir && mkdir -p %t.dir && cd %t.dir
// RUN: %clang_memscope -O2 %s -o program %link_memscope && %python %inputs/kill_and_count.py ./program %memscope
#include <memscope/annotations.h>
#include <stdlib.h>
#include <unistd.h>

void *volatile kept;

MEMSCOPE_TRACK int main(void) {
  for (;;) {
    kept = malloc(24);
    if (write(STDOUT_FILENO, "x", 1) != 1)
      return 1;
  }
}
