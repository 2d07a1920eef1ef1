// A run in a directory that holds an earlier one moves that to <output_dir>.old, whose own predecessor goes.
// RUN: rm -rf %t.dir && mkdir -p %t.dir && cd %t.dir
// RUN: %clang_memscope -O1 %s -o program %link_memscope
// RUN: ./program 1 && ./program 22 && ./program 333
// RUN: %memscope dump Memoryanalysis | %filecheck %s --check-prefix=NEW
// RUN: %memscope dump Memoryanalysis.old | %filecheck %s --check-prefix=OLD
// NEW: size=333
// OLD: size=22
#include <memscope/annotations.h>
#include <stdlib.h>

void *volatile kept;

MEMSCOPE_TRACK int main(int argc, char **argv) {
  kept = malloc((size_t)atoi(argv[argc - 1]));
  return 0;
}
