// A call that must be a tail call is recorded as an ordinary one: it need not keep the stack from growing, since an
// allocation function calls nobody back. Where nothing is tracked it may still be one.
// RUN: %clang_memscope -O0 -S -emit-llvm %s -o - | %filecheck %s
// RUN: %clang_memscope -O2 -S -emit-llvm %s -o - | %filecheck %s
#include <memscope/annotations.h>
#include <stdlib.h>

// CHECK-LABEL: @forward(
// CHECK-NOT: musttail
// CHECK: notail call {{.*}} @__memscope_malloc(
// CHECK-NOT: musttail
// CHECK: ret
void *forward(size_t size) { __attribute__((musttail)) return malloc(size); }

// CHECK-LABEL: @finish(
// CHECK-NOT: musttail
// CHECK: notail call void @__memscope_free(
// CHECK-NOT: musttail
// CHECK: ret void
void finish(void *block) { __attribute__((musttail)) return free(block); }

// A scope is open until it has returned.
// CHECK-LABEL: @tracked(
// CHECK: notail call {{.*}} @__memscope_malloc(
// CHECK: call void @__memscope_scope_exit(
// CHECK-NEXT: ret
MEMSCOPE_TRACK void *tracked(size_t size) { __attribute__((musttail)) return malloc(size); }

// Other musttail calls stay.
// CHECK-LABEL: @other(
// CHECK: musttail call {{.*}} @elsewhere(
// CHECK-NEXT: ret
void *elsewhere(size_t);
void *other(size_t size) { __attribute__((musttail)) return elsewhere(size); }
