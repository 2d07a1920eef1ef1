// The events of a tracked thread are, call for call, those that a library which is interposed between the program and the allocator
// has written down: function, size, address and order.
// RUN: rm -rf %t.dir && mkdir -p %t.dir && cd %t.dir
// RUN: %clang_plain -O2 -fPIC -shared %inputs/allocation_log.c -o log.so
// RUN: %clang_memscope -O2 %s -o program %link_memscope
// RUN: env LD_PRELOAD=./log.so ALLOCATION_LOG=log ./program && %memscope dump Memoryanalysis > events
// RUN: %python %inputs/events_against_log.py events log | %filecheck %s
// CHECK: {{[0-9][0-9][0-9][0-9]}} alloc calloc
// CHECK: {{[0-9][0-9][0-9][0-9]}} free free
// CHECK: {{[0-9][0-9][0-9][0-9]}} alloc malloc
// CHECK: {{[0-9][0-9][0-9][0-9]}} alloc realloc
// CHECK: {{[0-9][0-9][0-9][0-9]}} free realloc
#include <memscope/annotations.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>

MEMSCOPE_TRACK static void *run(void *argument) {
  void *blocks[64] = {NULL};
  uint64_t random = 42;
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
  return argument;
}

int main(void) {
  pthread_t thread;
  pthread_create(&thread, NULL, run, NULL);
  pthread_join(thread, NULL);
}
