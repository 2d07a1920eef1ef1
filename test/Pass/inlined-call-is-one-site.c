// The site of an inlined call names the function it was written in, and is one, whatever it was inlined into: the callers are in the
// stacks.
// RUN: %clang_memscope -O2 -S -emit-llvm %s -o - | %filecheck %s
#include <stdlib.h>

// CHECK: [[FUNCTION:@__memscope_text[.0-9]*]] = {{.*}} c"inner\00"
static inline void *inner(size_t size) { return malloc(size); }
// CHECK: @__memscope_site = private global {{.*}} { i32 0, i32 [[#@LINE-1]], i32 49,
// CHECK-SAME: [[FUNCTION]]
// CHECK-NOT: @__memscope_site{{.*}} = private global
static void *middle(size_t size) { return inner(size + 1); }
// CHECK-LABEL: @outer(
// CHECK: call {{.*}} @__memscope_malloc({{.*}}@__memscope_site{{[ )]}}
void *outer(size_t size) { return middle(size + 1); }
// CHECK-LABEL: @other(
// CHECK: call {{.*}} @__memscope_malloc({{.*}}@__memscope_site{{[ )]}}
void *other(size_t size) { return inner(size + 2); }
