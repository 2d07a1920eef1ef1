// A block that a thread releases in the last round of its keys' destructors, behind the runtime's own, is released in
// the trace as well, and what that takes is given back after the thread.
// What an emulator keeps for threads that are gone would be counted, too.
// UNSUPPORTED: emulated, tsan
// RUN: rm -rf %t.dir && mkdir -p %t.dir && cd %t.dir
// RUN: %clang_memscope -O1 %s -o program %link_memscope && ./program
// RUN: env MEMSCOPE_OPTIONS=resources=0 ./program
// RUN: %memscope export Memoryanalysis > out && %python %inputs/json_value.py Memoryanalysis/memscope_comprehensive.json summary.total_allocations summary.live_blocks_at_exit summary.dropped_events | %filecheck %s
// CHECK: summary.total_allocations 500
// CHECK: summary.live_blocks_at_exit 0
// CHECK: summary.dropped_events 0
#include <limits.h>
#include <memscope/annotations.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#define THREADS 500
#define ALLOWED_KIB 4096 /* 500 windows that stay are 18000 */

static pthread_key_t key;
static _Thread_local int round;

static void destroy(void *block) {
  if (++round < PTHREAD_DESTRUCTOR_ITERATIONS)
    pthread_setspecific(key, block);
  else
    free(block);
}

MEMSCOPE_TRACK static void *work(void *argument) {
  pthread_setspecific(key, malloc(40));
  return argument;
}

static long resident_kib(void) {
  long pages = 0;
  FILE *file = fopen("/proc/self/statm", "r");
  if (!file || fscanf(file, "%*d %ld", &pages) != 1)
    abort();
  fclose(file);
  return pages * 4;
}

int main(void) {
  pthread_t thread;
  pthread_key_create(&key, destroy);
  long before = 0;
  for (int i = 0; i < THREADS; i++) {
    if (i == THREADS / 10)
      before = resident_kib();
    pthread_create(&thread, NULL, work, NULL);
    pthread_join(thread, NULL);
  }
  long grown = resident_kib() - before;
  printf("%ld KiB\n", grown);
  return grown > ALLOWED_KIB;
}
