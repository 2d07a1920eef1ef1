// A stack that is deeper than the option allows is cut, and each event with such a stack counts once, whether the stack was met
// before or not.
// RUN: rm -rf %t.dir && mkdir -p %t.dir && cd %t.dir
// RUN: %clang_memscope -O1 %s -o program %link_memscope
// RUN: env MEMSCOPE_OPTIONS=stack_depth=5 ./program && %memscope dump --json Memoryanalysis > dump
// RUN: %memscope report Memoryanalysis | grep "cut stacks" > said && %python %inputs/count_cut_events.py dump said
#include <memscope/annotations.h>
#include <stdlib.h>

static void *volatile kept;

__attribute__((noinline)) static void odd(int depth, unsigned way);

__attribute__((noinline)) static void even(int depth, unsigned way) {
  if (depth == 0) {
    kept = malloc(8);
    kept = realloc(kept, 16);
    free(kept);
  } else if (way & 1) {
    odd(depth - 1, way >> 1);
  } else {
    even(depth - 1, way >> 1);
  }
  __asm__ volatile("");
}

__attribute__((noinline)) static void odd(int depth, unsigned way) {
  if (depth > 0)
    even(depth - 1, way >> 1);
  __asm__ volatile("");
  kept = malloc(24);
  free(kept);
}

MEMSCOPE_TRACK static void work(void) {
  for (unsigned round = 0; round < 2; round++)
    for (unsigned way = 0; way < 256; way++)
      even((int)(way % 8), way);
}

int main(void) { work(); }
