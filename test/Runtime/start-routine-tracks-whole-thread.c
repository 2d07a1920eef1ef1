// An annotated start routine tracks its thread to the end, destructors of thread-specific data included; called as an
// ordinary function it is an ordinary scope.
// RUN: rm -rf %t.dir && mkdir -p %t.dir && cd %t.dir
// RUN: for flags in -O0 -O2; do %clang_memscope $flags %s -o program %link_memscope && ./program \
// RUN:   && %memscope dump Memoryanalysis | %filecheck %s || exit 1; done
#define _GNU_SOURCE
#include <memscope/annotations.h>
#include <pthread.h>
#include <stdlib.h>

static pthread_key_t key;
void *volatile kept;

static void allocate(size_t size) {
  kept = malloc(size);
  free(kept);
}

static void destroy(void *block) {
  allocate(300);
  free(block);
}

MEMSCOPE_TRACK static void *start(void *argument) {
  if (argument) {
    pthread_setname_np(pthread_self(), "decoder");
    pthread_setspecific(key, malloc(200));
  } else {
    allocate(100);
  }
  return NULL;
}

int main(void) {
  pthread_t thread;
  pthread_key_create(&key, destroy);
  start(NULL);
  // CHECK: tid=[[#MAIN:]] thread-start
  // CHECK: tid=[[#MAIN]] alloc {{.*}} size=100
  allocate(1);
  // CHECK-NOT: size=1{{$| }}
  pthread_create(&thread, NULL, start, &thread);
  pthread_join(thread, NULL);
  // CHECK: tid=[[#WORKER:]] thread-start
  // CHECK: tid=[[#WORKER]] thread-name decoder
  // CHECK: tid=[[#WORKER]] alloc {{.*}} size=200
  // CHECK: tid=[[#WORKER]] alloc {{.*}} size=300
  // CHECK: tid=[[#WORKER]] thread-end
  allocate(2);
  // CHECK-NOT: size=2{{$| }}
  // CHECK: total allocations=3 deallocations=3
}
