// A call that must be a tail call has no room for one more argument and stays what it is.
// RUN: %clang_memscope -O1 -S -emit-llvm %s -o - | %filecheck %s
#include <stdlib.h>

// CHECK-LABEL: @forward(
// CHECK: musttail call {{.*}} @malloc(
// CHECK-NEXT: ret
void *forward(size_t size) { __attribute__((musttail)) return malloc(size); }
