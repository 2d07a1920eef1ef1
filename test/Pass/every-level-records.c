// The same calls are recorded at every optimisation level.
// RUN: %clang_memscope -O0 -S -emit-llvm %s -o - | %filecheck %s
// RUN: %clang_memscope -O2 -S -emit-llvm %s -o - | %filecheck %s
// RUN: %clang_memscope -O3 -S -emit-llvm %s -o - | %filecheck %s
#include <memscope/annotations.h>
#include <stdlib.h>

// CHECK-LABEL: @tracked(
// CHECK: call void @__memscope_scope_enter(
// CHECK: call {{.*}} @__memscope_malloc(
// CHECK: call void @__memscope_scope_exit(
// CHECK-NEXT: ret
MEMSCOPE_TRACK void *tracked(size_t size) { return malloc(size); }
