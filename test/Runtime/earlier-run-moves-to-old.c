// A run in a directory that holds an earlier one moves that to <output_dir>.old, whose own run goes; files that are
// not ours stay where they are.
// RUN: rm -rf %t.dir && mkdir -p %t.dir && cd %t.dir
// RUN: %clang_memscope -O1 %s -o program %link_memscope
// RUN: ./program 1 && touch Memoryanalysis/notes.txt && ./program 22 && touch Memoryanalysis.old/other.txt && ./program 333
// RUN: test -e Memoryanalysis/notes.txt && test -e Memoryanalysis.old/other.txt
// RUN: test $(ls Memoryanalysis | grep -c 'thread_.*bin') = 1 && test $(ls Memoryanalysis.old | grep -c 'thread_.*bin') = 1
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
