// A pending cancellation does not strike inside malloc or free, with us no more than without: the first allocation of the
// run, which makes its files, and thousands more.
// UNSUPPORTED: asan
// RUN: rm -rf %t.dir && mkdir -p %t.dir && cd %t.dir
// RUN: %clang_memscope -O2 %s -o program %link_memscope && ./program
// RUN: %memscope dump Memoryanalysis | %filecheck %s
// CHECK: total allocations=50000 deallocations=50000
#include <memscope/annotations.h>
#include <pthread.h>
#include <stdlib.h>

static void *volatile kept;
static volatile int finished;

MEMSCOPE_TRACK static void *run(void *argument) {
  pthread_cancel(pthread_self());
  for (int i = 0; i < 50000; i++) {
    kept = malloc(40);
    free(kept);
  }
  finished = 1;
  pthread_testcancel();
  return argument;
}

int main(void) {
  pthread_t thread;
  void *result;
  pthread_create(&thread, NULL, run, NULL);
  pthread_join(thread, &result);
  return result == PTHREAD_CANCELED && finished ? 0 : 1;
}
