// The site of an inlined call names the function it was written in, and the callers on the way, innermost first.
// RUN: %clang_memscope -O2 -S -emit-llvm %s -o - | %filecheck %s
#include <stdlib.h>

static void *inner(size_t size) { return malloc(size); } // CHECK-DAG: [[FUNCTION:@__memscope_text[.0-9]*]] = {{.*}} c"inner\00"
static void *middle(size_t size) { return inner(size + 1); }
void *outer(size_t size) { return middle(size + 1); }

// CHECK-DAG: [[CHAIN:@__memscope_text[.0-9]*]] = {{.*}} c"middle@{{[^@]*}}callers-it-was-inlined-into.c:[[#@LINE-3]]:43\0Aouter@{{[^@]*}}.c:[[#@LINE-2]]:35\0A\00"
// CHECK: @__memscope_site{{[.0-9]*}} = private global {{.*}} { i32 0, i32 [[#@LINE-5]], i32 42, {{.*}}[[FUNCTION]]{{.*}}[[CHAIN]]
