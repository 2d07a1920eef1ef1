// Functions that other passes stumble over run as they would and are recorded, with whole stacks: not optimised, not returning, variadic,
// naked, chosen at load time, ending in a call that must be a tail call, left by assembler's jumps, declared without a prototype.
// RUN: rm -rf %t.dir && mkdir -p %t.dir && cd %t.dir
// RUN: for level in -O0 -O2 "-O2 -fno-builtin"; do %clang_memscope -w -fPIC -std=gnu11 $level %s -o program %link_memscope && ./program && \
// RUN:   %memscope dump Memoryanalysis --stacks | %filecheck %s || exit 1; done
#include <memscope/annotations.h>
#include <stdarg.h>
typedef unsigned long size_t;
void *malloc();
void free();
void *reallocarray();
void *aligned_alloc(size_t, size_t);
_Noreturn void exit(int);

void *volatile kept;

__attribute__((optnone, noinline)) static void *slow(size_t size) { return malloc(size); }

__attribute__((noinline)) static void *forward(size_t a, size_t n) {
  __attribute__((musttail)) return aligned_alloc(a, n);
}

__attribute__((noinline)) static void *grow(int count, ...) {
  va_list rest;
  va_start(rest, count);
  void *block = va_arg(rest, void *);
  block = reallocarray(block, (size_t)count, va_arg(rest, size_t));
  va_end(rest);
  return block;
}

#ifdef __aarch64__
#define JUMP "b "
#define JUMP_IF_ZERO "cbz %w0, %l1"
#else
#define JUMP "jmp "
#define JUMP_IF_ZERO "test %0, %0; jz %l1"
#endif

__attribute__((used)) static void *allocate(size_t size) { return malloc(size); }
__attribute__((naked, noinline)) static void *bare(size_t size) { __asm__(JUMP "allocate"); }

__attribute__((noinline)) static void jump(int number) {
  asm goto(JUMP_IF_ZERO : : "r"(number) : "cc" : zero);
  free(kept);
zero:
  kept = malloc((size_t)50);
}

static void *(*resolve(void))(size_t) { return allocate; }
void *chosen(size_t size) __attribute__((ifunc("resolve")));

// Nobody in its stack has a next instruction to return to.
// CHECK: #0 {{.*}} stop at
// CHECK-NEXT: #1 {{.*}} work at
// CHECK-NEXT: #2 {{.*}} main at
// CHECK-NEXT: #3 {{.*(__libc_start|in libc.so).*}}
__attribute__((noreturn, noinline)) static void stop(void) {
  kept = malloc((size_t)60);
  free(kept);
  exit(0);
}

MEMSCOPE_TRACK __attribute__((noreturn, noinline)) static void work(void) {
  kept = slow(10);
  // CHECK: alloc {{.*}} size=10 {{.*}} function=slow
  free(kept);
  kept = forward(32, 32);
  // CHECK: alloc {{.*}} size=32 {{.*}} function=forward
  kept = grow(5, kept, (size_t)6);
  // CHECK: free {{.*}} callee=reallocarray function=grow
  // CHECK: alloc {{.*}} size=30 {{.*}} callee=reallocarray function=grow
  free(kept);
  kept = bare(40);
  // CHECK: alloc {{.*}} size=40 {{.*}} function=allocate
  free(kept);
  jump(0);
  // CHECK: alloc {{.*}} size=50 {{.*}} function=jump
  jump(1);
  // CHECK: free {{.*}} function=jump
  // CHECK: alloc {{.*}} size=50 {{.*}} function=jump
  free(kept);
  free(chosen(70));
  // CHECK: alloc {{.*}} size=70 {{.*}} function=allocate
  stop();
  // CHECK: alloc {{.*}} size=60 {{.*}} function=stop
}

int main(void) { work(); }
// CHECK: total allocations=8 deallocations=8
