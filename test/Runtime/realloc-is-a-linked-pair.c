// A realloc is recorded as a free of the old block and an allocation of the new one that belong together; a failed one
// leaves the old block alive, and realloc to nothing frees it.
// RUN: rm -rf %t.dir && mkdir -p %t.dir && cd %t.dir
// RUN: %clang_memscope -O1 %s -o program %link_memscope && ./program
// RUN: %memscope dump Memoryanalysis | %filecheck %s
#include <memscope/annotations.h>
#include <stdint.h>
#include <stdlib.h>

volatile size_t huge = SIZE_MAX / 4;
volatile size_t nothing = 0;

MEMSCOPE_TRACK int main(void) {
  char *block = realloc(NULL, 10);
  // CHECK: alloc addr=[[A:0x[0-9a-f]+]] size=10 {{.*}} callee={{re|m}}alloc
  block = realloc(block, 100000);
  // CHECK-NEXT: free addr=[[A]] {{.*}} realloc
  // CHECK-NEXT: alloc addr=[[B:0x[0-9a-f]+]] size=100000 {{.*}} realloc
  if (realloc(block, huge) != NULL)
    return 1;
  block = reallocarray(block, 100, 200);
  // CHECK-NEXT: free addr=[[B]] {{.*}} realloc
  // CHECK-NEXT: alloc addr=[[C:0x[0-9a-f]+]] size=20000 {{.*}} realloc
  if (realloc(block, nothing) != NULL)
    return 1;
  // CHECK-NEXT: free addr=[[C]] {{.*}} callee=realloc
  // CHECK: total allocations=3 deallocations=3
  return 0;
}
