// A process that starts while another one is recording into the same directory leaves that run alone and uses
// <output_dir>.<pid>.
// RUN: rm -rf %t.dir && mkdir -p %t.dir && cd %t.dir
// RUN: %clang_memscope -O1 %s -o program %link_memscope && ./program again
// RUN: %memscope dump Memoryanalysis | %filecheck %s --check-prefix=FIRST
// RUN: %memscope dump Memoryanalysis.[0-9]* | %filecheck %s --check-prefix=SECOND
// RUN: test ! -e Memoryanalysis.old
// FIRST: total allocations=20000
// SECOND: size=500
// SECOND: total allocations=1
#include <memscope/annotations.h>
#include <stdlib.h>

void *volatile kept;

MEMSCOPE_TRACK int main(int argc, char **argv) {
  if (argc == 1) {
    kept = malloc(500);
    return 0;
  }
  for (int i = 0; i < 20000; i++) {
    kept = malloc(10);
    if (i == 10000 && system(argv[0]) != 0)
      return 1;
  }
}
