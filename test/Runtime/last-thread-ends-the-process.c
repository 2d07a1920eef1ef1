// Where the main thread ends by pthread_exit, the process ends with its last thread, and as it would without us: what stdio holds
// is written, the handlers of exit run, the exit code is 0. The run is whole, and has samples until then.
// UNSUPPORTED: emulated
// RUN: rm -rf %t.dir && mkdir -p %t.dir && cd %t.dir
// RUN: %clang_memscope -O2 %s -o program %link_memscope
// RUN: for rate in 0 1 1000; do env MEMSCOPE_OPTIONS=resources=$rate ./program > out && %filecheck %s < out && \
// RUN:   %memscope export Memoryanalysis > log && %python %inputs/json_value.py Memoryanalysis/memscope_comprehensive.json run.ended_normally \
// RUN:   resources.samples summary.total_allocations || exit 1; done | %filecheck %s --check-prefix=WHOLE
// CHECK:      thread
// CHECK-NEXT: handler
// WHOLE:      run.ended_normally true
// WHOLE-NEXT: resources.samples 0
// WHOLE-NEXT: summary.total_allocations 100
// WHOLE-NEXT: run.ended_normally true
// WHOLE-NEXT: resources.samples {{[1-9]}}
// WHOLE-NEXT: summary.total_allocations 100
// WHOLE-NEXT: run.ended_normally true
// WHOLE-NEXT: resources.samples {{[1-9][0-9]}}
// WHOLE-NEXT: summary.total_allocations 100
#include <memscope/annotations.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static void *volatile kept;

MEMSCOPE_TRACK static void *work(void *argument) {
  for (int i = 0; i < 100; i++) {
    free(kept = malloc(10));
    usleep(2000);
  }
  printf("thread\n");
  return argument;
}

static void handler(void) { printf("handler\n"); }

int main(void) {
  pthread_t thread;
  atexit(handler);
  pthread_create(&thread, NULL, work, NULL);
  usleep(10000);
  pthread_exit(NULL);
}
