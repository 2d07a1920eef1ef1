// Inside a function marked memscope_ignore nothing is recorded, not even in functions marked memscope_track that it calls, however it
// is left; releases of tracked blocks are seen.
// RUN: rm -rf %t.dir && mkdir -p %t.dir && cd %t.dir
// RUN: for level in -O0 -O2; do %clang_memscope $level %s -o program %link_memscope && ./program && \
// RUN:   %memscope dump Memoryanalysis | grep -E " (alloc|free) |^total" | %filecheck %s || exit 1; done
#include <memscope/annotations.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdlib.h>

void *volatile sink;
static jmp_buf back;

MEMSCOPE_TRACK static void tracked(size_t size) {
  sink = malloc(size);
  free(sink);
}

MEMSCOPE_TRACK static void deeper(void) { tracked(6); }

MEMSCOPE_IGNORE static void leave_by_longjmp(void) {
  tracked(2);
  deeper();
  longjmp(back, 1);
}

MEMSCOPE_IGNORE static void release(void *block) {
  tracked(3);
  free(block);
  sink = realloc(malloc(4), 5);
  free(sink);
}

MEMSCOPE_IGNORE static void release_first(void *block) { free(block); }

/* A thread that has recorded nothing before. */
MEMSCOPE_TRACK static void *release_elsewhere(void *block) {
  release_first(block);
  return NULL;
}

MEMSCOPE_TRACK int main(void) {
  // CHECK-NOT: {{ alloc | free }}
  // CHECK: alloc addr=[[KEPT:0x[0-9a-f]+]] size=10
  void *block = malloc(10);
  sink = block;
  if (setjmp(back) == 0)
    leave_by_longjmp();
  // CHECK-NEXT: alloc {{.*}} size=11
  // CHECK-NEXT: free
  tracked(11);
  // CHECK-NEXT: free addr=[[KEPT]] {{.*}} function=release
  release(block);
  // CHECK-NEXT: alloc {{.*}} size=12
  // CHECK-NEXT: free
  tracked(12);
  // CHECK-NEXT: alloc addr=[[OTHER:0x[0-9a-f]+]] size=13
  // CHECK-NEXT: free addr=[[OTHER]] {{.*}} function=release_first
  // CHECK-NOT: {{ alloc | free }}
  pthread_t thread;
  block = malloc(13);
  sink = block;
  pthread_create(&thread, NULL, release_elsewhere, block);
  pthread_join(thread, NULL);
  return 0;
}
