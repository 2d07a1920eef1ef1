// A scope that longjmp leaves ends there, thousands of times in a row, at every optimisation level.
// RUN: rm -rf %t.dir && mkdir -p %t.dir && cd %t.dir
// RUN: %clang_memscope -O0 %s -o program %link_memscope && ./program && %memscope dump Memoryanalysis | %filecheck %s
// RUN: %clang_memscope -O2 %s -o program %link_memscope && ./program && %memscope dump Memoryanalysis | %filecheck %s
#include <memscope/annotations.h>
#include <setjmp.h>
#include <stdlib.h>

static jmp_buf target;
void *volatile kept;

__attribute__((noinline)) static void allocate(size_t size, int depth) {
  volatile char frame[300];
  frame[0] = 1;
  if (depth > 0) {
    allocate(size, depth - 1);
  } else {
    kept = malloc(size);
    free(kept);
  }
  frame[1] = frame[0];
}

MEMSCOPE_TRACK static void jumper(void) {
  allocate(100, 3);
  // CHECK: alloc {{.*}} size=100
  longjmp(target, 1);
}

int main(void) {
  for (volatile int i = 0; i < 5000; i++) {
    if (setjmp(target) == 0)
      jumper();
    else
      allocate(7, 9);
    // CHECK-NOT: size=7{{$| }}
  }
  // CHECK: total allocations=5000 deallocations=5000
}
