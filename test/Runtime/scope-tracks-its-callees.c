// Allocations are recorded while a thread is inside an annotated function, callees included, and at no other time.
// RUN: rm -rf %t.dir && mkdir -p %t.dir && cd %t.dir
// RUN: %clang_memscope -O2 %s -o program %link_memscope && ./program
// RUN: %memscope dump Memoryanalysis | %filecheck %s
#include <memscope/annotations.h>
#include <stdlib.h>

void *volatile kept;

__attribute__((noinline)) static void allocate(size_t size) {
  kept = malloc(size);
  free(kept);
}

MEMSCOPE_TRACK static void inner(int depth) {
  allocate(100 + (size_t)depth);
  if (depth > 0)
    inner(depth - 1);
  allocate(200 + (size_t)depth);
}

int main(void) {
  allocate(1);
  // CHECK-NOT: size=1{{$| }}
  inner(1);
  // CHECK: thread-start
  // CHECK: alloc {{.*}} size=101 {{.*}} callee=malloc function=allocate at {{.*}}scope-tracks-its-callees.c:11:10 scope=inner
  // CHECK: free {{.*}} callee=free function=allocate
  // CHECK: alloc {{.*}} size=100
  // CHECK: alloc {{.*}} size=200
  // CHECK: alloc {{.*}} size=201
  // CHECK: free
  allocate(2);
  // CHECK-NOT: size=2{{$| }}
  // CHECK: total allocations=4 deallocations=4
}
