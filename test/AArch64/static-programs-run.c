// Programs linked statically run and are recorded with whole stacks, threads included.
// RUN: rm -rf %t.dir && mkdir -p %t.dir && cd %t.dir
// RUN: for kind in -static -static-pie; do %clang_memscope $kind -fPIE -O2 %s -o program -L%lib -lmemscope -lm -pthread && ./program && \
// RUN:   %memscope dump --stacks Memoryanalysis | %filecheck %s || exit 1; done
#include <memscope/annotations.h>
#include <pthread.h>
#include <stdlib.h>

void *volatile sink;

// CHECK: #0 {{.*}} run at
// CHECK-NEXT: #1 {{.*}} start_thread
// CHECK-NEXT: #2 {{.*thread_start|clone}}
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
