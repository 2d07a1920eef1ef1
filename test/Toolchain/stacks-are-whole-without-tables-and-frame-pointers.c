// Stacks are whole in code that asks for neither unwind tables nor frame pointers, whatever a function does with its frame
// and with the register that would point to it.
// RUN: rm -rf %t.dir && mkdir -p %t.dir && cd %t.dir
// RUN: for level in -O0 -O1 -O2 -Os; do %clang_memscope $level -fomit-frame-pointer -fno-exceptions -fno-unwind-tables \
// RUN:   -fno-asynchronous-unwind-tables %s -o program %link_memscope && ./program && \
// RUN:   %memscope dump Memoryanalysis --stacks | %filecheck %s || exit 1; done
#include <memscope/annotations.h>
#include <stdlib.h>
#include <string.h>

void *volatile kept;
volatile long sum;

__attribute__((noinline)) static void allocate(size_t size) {
  kept = malloc(size);
  free(kept);
  sum += (long)size;
}

/* The register is one of six that hold numbers, some of which are higher than any address. */
__attribute__((noinline)) static void busy(long a, long b, long c, long d, long e, long f) {
  for (int i = 0; i < 3; i++) {
    allocate(11);
    a += b * i, b ^= c + a, c -= d, d += e * a, e ^= f, f += a;
  }
  sum += a + b + c + d + e + f;
}

__attribute__((noinline)) static void grow(size_t bytes) {
  volatile char frame[bytes];
  frame[0] = 1;
  busy(sum, -2, -3, -4, -5, -frame[0]);
  sum += frame[0];
}

__attribute__((noinline)) static void aligned(int many, ...) {
  _Alignas(64) volatile char line[64];
  line[0] = 1;
  grow((size_t)many);
  sum += line[0];
}

MEMSCOPE_TRACK static void work(void) {
  aligned(333, 1, 2, 3, 4, 5, 6, 7, 8);
  sum++;
}

int main(void) {
  work();
  return 0;
}

// CHECK: #0 {{.*}} allocate at
// CHECK-NEXT: #1 {{.*}} busy at
// CHECK-NEXT: #2 {{.*}} grow at
// CHECK-NEXT: #3 {{.*}} aligned at
// CHECK-NEXT: #4 {{.*}} work at
// CHECK-NEXT: #5 {{.*}} main at
// CHECK-NEXT: #6 {{.*(__libc_start|in libc.so).*}}
// CHECK-NOT: cut
// CHECK: total allocations=3 deallocations=3
