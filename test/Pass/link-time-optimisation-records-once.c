// With full and thin LTO the visits are made when compiling, and not again when linking or compiling the bitcode.
// RUN: %clang_memscope -O2 -flto -S -emit-llvm %s -o %t.full.ll && %filecheck %s < %t.full.ll
// RUN: %clang_memscope -O2 -flto=thin -S -emit-llvm %s -o %t.thin.ll && %filecheck %s < %t.thin.ll
// RUN: %clang_memscope -O2 -S -emit-llvm %t.full.ll -o - | %filecheck %s
#include <memscope/annotations.h>
#include <stdlib.h>

// CHECK-LABEL: @tracked(
// CHECK: call void @__memscope_scope_enter(
// CHECK-NOT: call void @__memscope_scope_enter(
// CHECK: call {{.*}} @__memscope_malloc(
// CHECK-NOT: call void @__memscope_scope_exit(
// CHECK: call void @__memscope_scope_exit(
// CHECK-NEXT: ret
MEMSCOPE_TRACK void *tracked(size_t size) { return malloc(size); }
