// What chooses the function behind an ifunc runs while the program is relocated, when the runtime may not be ready: its
// allocation calls are left alone. The chosen functions are ordinary.
// RUN: %clang_memscope -O0 -S -emit-llvm %s -o - | %filecheck %s
#include <stdlib.h>

// CHECK-LABEL: @dispatched_plain(
// CHECK: @__memscope_malloc(
void *dispatched_plain(size_t size) { return malloc(size); }

// CHECK-LABEL: @resolve(
// CHECK-NOT: @__memscope
// CHECK: ret
static void *(*resolve(void))(size_t) {
  free(malloc(1));
  return dispatched_plain;
}
void *dispatched(size_t size) __attribute__((ifunc("resolve")));
