// Functions with MemScope's own prefixes are never instrumented, even when annotated.
// RUN: %clang_memscope -O0 -S -emit-llvm %s -o - | %filecheck %s
#include <memscope/annotations.h>
#include <stdlib.h>

// CHECK-LABEL: @__memscope_body(
// CHECK-NOT: @__memscope_
// CHECK: call {{.*}} @malloc(
// CHECK-NOT: @__memscope_
// CHECK: ret
void *__memscope_body(void) { return malloc(1); }

// CHECK-LABEL: @memscope_api(
// CHECK-NOT: @__memscope_
// CHECK: call {{.*}} @malloc(
// CHECK-NOT: @__memscope_
// CHECK: ret
MEMSCOPE_TRACK void *memscope_api(void) { return malloc(1); }
