// Every frame of every recorded stack is what gdb shows at the same allocation, from the innermost frame to the end of
// the thread, through recursion, a function pointer, libc's qsort and a second thread.
// RUN: rm -rf %t.dir && mkdir -p %t.dir && cd %t.dir
// RUN: %clang_memscope -O0 %s -o program-O0 %link_memscope && %python %inputs/stacks_against_gdb.py %memscope ./program-O0
// RUN: %clang_memscope -O2 %s -o program-O2 %link_memscope && %python %inputs/stacks_against_gdb.py %memscope ./program-O2
#include <memscope/annotations.h>
#include <pthread.h>
#include <stdlib.h>

void *volatile kept;

__attribute__((noinline)) static void allocate(size_t size) {
  kept = malloc(size);
  free(kept);
}

__attribute__((noinline)) static int recurse(int depth, int (*next)(int)) {
  allocate(1000 + (size_t)depth);
  int sum = depth > 0 ? recurse(depth - 1, next) : next(depth);
  allocate(2000 + (size_t)depth);
  return sum + 1;
}

static int compare(const void *a, const void *b) {
  allocate(3000);
  return *(const int *)a - *(const int *)b;
}

static int sort(int seed) {
  int numbers[4] = {3, seed, 2, 1};
  qsort(numbers, 4, sizeof numbers[0], compare);
  return numbers[0];
}

MEMSCOPE_TRACK static int scope(int depth) { return recurse(depth, sort) + 1; }

MEMSCOPE_TRACK static void *start(void *argument) {
  allocate(4000);
  return argument;
}

int main(void) {
  pthread_t thread;
  int result = scope(3);
  pthread_create(&thread, NULL, start, NULL);
  pthread_join(thread, NULL);
  return result == 0;
}
