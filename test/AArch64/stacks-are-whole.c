// Stacks are whole through a prebuilt library whose frames are found by the stack pointer alone, through signal handlers, and from a leaf
// that a signal has interrupted, whose return address is in a register only; names and lines are right.
// RUN: rm -rf %t.dir && mkdir -p %t.dir && cd %t.dir
// RUN: %gcc_plain -g -O2 -fomit-frame-pointer -fPIC -shared -DLIBRARY %s -o libprebuilt.so
// RUN: for level in -O0 -O2; do %clang_memscope $level %s -o program -L. -lprebuilt -Wl,-rpath,$PWD %link_memscope && \
// RUN:   ./program && %memscope dump --stacks --sysroot /usr/aarch64-linux-gnu Memoryanalysis > dump && %filecheck %s < dump || exit 1; done
#ifdef LIBRARY
__attribute__((noinline)) static void deeper(void (*callback)(int), volatile char *buffer) {
  callback(buffer[0]);
  buffer[0] = 1;
}

void call_back(void (*callback)(int)) {
  volatile char buffer[100000];
  buffer[0] = 2;
  deeper(callback, buffer);
  buffer[1] = 3;
}

char leaf(const volatile char *at) { return *at; }
#else
#include <memscope/annotations.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>

void call_back(void (*callback)(int));
char leaf(const volatile char *at);
static char *page;
void *volatile sink;

__attribute__((noinline)) static void allocate(int number) {
  if (number == SIGSEGV)
    mprotect(page, 1, PROT_READ);
  sink = malloc((size_t)number);
}

MEMSCOPE_TRACK static void work(void) {
  call_back(allocate);
  // CHECK: stack id=1 {{.*}} frames=8
  // CHECK-NEXT: #0 {{.*}} allocate at
  // CHECK-NEXT: #1 {{.*}} deeper at {{.*}}.c:[[#@LINE-34]]
  // CHECK-NEXT: #2 {{.*}} call_back at {{.*}}.c:[[#@LINE-28]]
  // CHECK-NEXT: #3 {{.*}} work at {{.*}}.c:[[#@LINE-5]]
  // CHECK-NEXT: #4 {{.*}} main at
  // CHECK: {{#6 .*}} __libc_start_main
  // CHECK-NEXT: {{#7 .*}} _start
  raise(SIGUSR1);
  // CHECK: stack id=2
  // CHECK-NEXT: #0 {{.*}} allocate at
  // CHECK-NEXT: #1 [[TRAMPOLINE:0x[0-9a-f]+]]
  // CHECK: {{#[0-9] .*}} work at {{.*}}.c:[[#@LINE-4]]
  // CHECK-NEXT: {{#[0-9] .*}} main at
  // CHECK: {{#[0-9]+ .*}} _start
  sink = (void *)(uintptr_t)leaf(page);
  // CHECK: stack id=3 {{.*}} frames=8
  // CHECK-NEXT: #0 {{.*}} allocate at
  // CHECK-NEXT: #1 [[TRAMPOLINE]]
  // CHECK-NEXT: #2 {{.*}} leaf at {{.*}}.c:[[#@LINE-40]]
  // CHECK-NEXT: #3 {{.*}} work at {{.*}}.c:[[#@LINE-5]]
  // CHECK-NEXT: #4 {{.*}} main at
  // CHECK: {{#7 .*}} _start
}
// CHECK: size=2
// CHECK: size=10
// CHECK: size=11

int main(void) {
  signal(SIGUSR1, allocate);
  signal(SIGSEGV, allocate);
  page = mmap(NULL, 1, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  work();
}
#endif
