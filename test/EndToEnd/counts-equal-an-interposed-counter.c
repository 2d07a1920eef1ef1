// The events of a tracked thread are, function by function, as many as a counter that is interposed between the program and the
// allocator counts in that thread.
// RUN: rm -rf %t.dir && mkdir -p %t.dir && cd %t.dir
// RUN: %clang_plain -O2 -fPIC -shared %inputs/allocation_counter.c -o counter.so
// RUN: %clang_memscope -O2 %s -o program %link_memscope
// RUN: env LD_PRELOAD=./counter.so ./program > counted
// RUN: %memscope dump Memoryanalysis > recorded
// RUN: sed -i '/size=99999/,/ free /d' recorded
// RUN: for f in malloc calloc realloc; do echo "$f $(grep -c " alloc .* callee=$f " recorded)"; done > compared
// RUN: echo "free $(grep -c ' free .* callee=free ' recorded)" >> compared
// RUN: diff counted compared && %filecheck %s < compared
// CHECK: malloc {{[1-9][0-9][0-9][0-9]}}
// CHECK: calloc {{[1-9][0-9][0-9][0-9]}}
// CHECK: realloc {{[1-9][0-9][0-9][0-9]}}
// CHECK: free {{[1-9][0-9][0-9][0-9]}}
#include <memscope/annotations.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

__attribute__((weak)) void allocation_counts(unsigned long counts[4]);

static unsigned long before[4], after[4];
static void *volatile kept;

MEMSCOPE_TRACK static void *run(void *argument) {
  void *blocks[64] = {NULL};
  kept = malloc(99999); /* the first event makes the thread's files, for which libc itself allocates */
  free(kept);
  uint64_t random = 42;
  allocation_counts(before);
  for (int i = 0; i < 20000; i++) {
    random = random * 6364136223846793005u + 1442695040888963407u;
    void **block = &blocks[random >> 33 & 63];
    size_t size = random >> 40 & 2047;
    switch (random >> 60 & 3) {
    case 0:
      if (!*block)
        *block = malloc(size + 1);
      break;
    case 1:
      if (!*block)
        *block = calloc(size + 1, 2);
      break;
    case 2:
      *block = realloc(*block, size + 1);
      break;
    default:
      if (*block)
        free(*block);
      *block = NULL;
    }
  }
  allocation_counts(after);
  return argument;
}

int main(void) {
  pthread_t thread;
  pthread_create(&thread, NULL, run, NULL);
  pthread_join(thread, NULL);
  static const char *const names[4] = {"malloc", "calloc", "realloc", "free"};
  for (int i = 0; i < 4; i++)
    printf("%s %lu\n", names[i], after[i] - before[i]);
}
