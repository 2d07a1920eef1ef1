// Threads with the smallest stack that the thread library allows can be tracked, the first one of the run included.
// RUN: rm -rf %t.dir && mkdir -p %t.dir && cd %t.dir
// RUN: %clang_memscope -O2 %s -o program %link_memscope && ./program
// RUN: %memscope dump Memoryanalysis | %filecheck %s
// CHECK: total allocations=40 deallocations=40
#include <limits.h>
#include <memscope/annotations.h>
#include <pthread.h>
#include <stdlib.h>

void *volatile kept;

MEMSCOPE_TRACK static void *run(void *argument) {
  for (int i = 0; i < 10; i++) {
    kept = malloc(10);
    free(kept);
  }
  return argument;
}

int main(void) {
  for (int i = 0; i < 4; i++) {
    pthread_t thread;
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    if (pthread_attr_setstacksize(&attributes, PTHREAD_STACK_MIN) != 0)
      return 1;
    pthread_create(&thread, &attributes, run, NULL);
    pthread_join(thread, NULL);
    pthread_attr_destroy(&attributes);
  }
}
