// Time is read from the generic timer, and is right to a hundredth: between two allocations the program slept at least as long as it meant
// to, and at most as long as it says itself.
// RUN: rm -rf %t.dir && mkdir -p %t.dir && cd %t.dir
// RUN: %clang_memscope -O2 %s -o program %link_memscope && ./program > slept
// RUN: %memscope dump Memoryanalysis | awk '/ alloc /{at[n++] = $1} END {print at[1] - at[0]}' > recorded
// RUN: test $(cat recorded) -ge 198000000 && test $(cat recorded) -le $(($(cat slept) * 101 / 100))
// RUN: %memscope export Memoryanalysis > out && %python %inputs/json_value.py Memoryanalysis/memscope_comprehensive.json run.clock.source | %filecheck %s
// CHECK: cntvct
#include <memscope/annotations.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static void *volatile kept;

static long nanoseconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000000000 + now.tv_nsec;
}

MEMSCOPE_TRACK int main(void) {
  long begin = nanoseconds();
  kept = malloc(1);
  nanosleep(&(struct timespec){0, 200000000}, NULL);
  kept = malloc(2);
  printf("%ld\n", nanoseconds() - begin);
}
