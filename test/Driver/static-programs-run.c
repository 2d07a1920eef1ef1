// Programs linked statically with the wrapper, position-independent or not, run and are recorded.
// RUN: rm -rf %t.dir && mkdir -p %t.dir && cd %t.dir
// RUN: for kind in -static -static-pie; do %memscope-clang $kind -g -O2 %s -o program -pthread && ./program && \
// RUN:   %memscope dump Memoryanalysis | %filecheck %s || exit 1; done
#include <memscope/annotations.h>
#include <pthread.h>
#include <stdlib.h>

void *volatile sink;
// CHECK: alloc {{.*}} size=77 {{.*}} function=run
MEMSCOPE_TRACK static void *run(void *argument) {
  sink = malloc(77);
  free(sink);
  return argument;
}

int main(void) {
  pthread_t thread;
  pthread_create(&thread, NULL, run, NULL);
  pthread_join(thread, NULL);
}
