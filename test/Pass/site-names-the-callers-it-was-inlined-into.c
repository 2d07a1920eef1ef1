// The site of an inlined call names the function it was written in, and the callers on the way, innermost first.
// RUN: %clang_memscope -O2 -S -emit-llvm %s -o - | %filecheck %s
#include <stdlib.h>

// CHECK: [[FUNCTION:@__memscope_text[.0-9]*]] = {{.*}} c"inner\00"
static void *inner(size_t size) { return malloc(size); }
static void *middle(size_t size) { return inner(size + 1); }
void *outer(size_t size) { return middle(size + 1); }

// CHECK: [[CHAIN:@__memscope_text[.0-9]*]] = {{.*}} c"middle@
// CHECK-SAME: {{/[^@]*}}.c:[[#@LINE-4]]:43\0Aouter@{{/[^@]*}}.c:[[#@LINE-3]]:35\0A\00"
// CHECK: @__memscope_site{{[.0-9]*}} = private global {{.*}} { i32 0, i32 [[#@LINE-6]], i32 42,
// CHECK-SAME: [[FUNCTION]]{{.*}}[[CHAIN]]
