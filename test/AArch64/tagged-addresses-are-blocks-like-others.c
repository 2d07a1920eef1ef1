// Where the allocator keeps tags in the upper byte of its addresses, which the processor takes no notice of, blocks are recorded by where they
// are, and their ends are seen, in threads that are not tracked as well.
// REQUIRES: emulated
// RUN: rm -rf %t.dir && mkdir -p %t.dir && cd %t.dir
// RUN: %clang_memscope -O2 %s -o program %link_memscope && env GLIBC_TUNABLES=glibc.mem.tagging=3 ./program
// RUN: %memscope dump Memoryanalysis | grep -E " (alloc|free) |^total" | %filecheck %s
// RUN: %memscope export Memoryanalysis > out && %python %inputs/json_value.py Memoryanalysis/memscope_comprehensive.json \
// RUN:   summary.live_blocks_at_exit diagnostics.dropped | %filecheck %s --check-prefix=JSON
// JSON: summary.live_blocks_at_exit 0
// JSON: diagnostics.dropped []
#define _GNU_SOURCE
#include <memscope/annotations.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

static void *handed;
void *volatile sink;

MEMSCOPE_TRACK static void work(void) {
  for (int i = 0; i < 20; i++) {
    sink = malloc(24);
    // CHECK: alloc addr=0x[[#%x,ADDRESS:]] size=24
    // CHECK-NEXT: free addr=0x[[#%x,ADDRESS]]
    free(sink);
  }
  void *volatile block = malloc(100);
  // CHECK: alloc {{.*}} size=100
  block = realloc(block, 5000);
  // CHECK: free {{.*}} realloc
  // CHECK: alloc {{.*}} size=5000 {{.*}} realloc
  free(block);
  // CHECK: free
  char *line = NULL;
  size_t capacity = 0;
  FILE *file = fopen(__FILE__, "r");
  getline(&line, &capacity, file);
  // CHECK: alloc {{.*}} callee=get{{line|delim}}
  getline(&line, &capacity, file);
  // CHECK-NEXT: free {{.*}} callee=free
  free(line);
  fclose(file);
  handed = malloc(200);
  // CHECK: alloc {{.*}} size=200
}

static void *release(void *block) {
  free(block);
  // CHECK: free
  return NULL;
}

int main(void) {
  pthread_t thread;
  work();
  if ((uintptr_t)handed >> 56 == 0)
    return 1;
  pthread_create(&thread, NULL, release, handed);
  pthread_join(thread, NULL);
  // CHECK: total allocations=24 deallocations=24
}
