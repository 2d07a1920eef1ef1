// A musttail call leaves the function, so the scope ends before it; nothing may stand between it and the return.
// RUN: %clang_memscope -O0 -S -emit-llvm %s -o - | %filecheck %s
#include <memscope/annotations.h>
int next(int);

// CHECK-LABEL: @tracked(
// CHECK: call void @__memscope_scope_exit(
// CHECK: musttail call i32 @next(
// CHECK-NEXT: ret
MEMSCOPE_TRACK int tracked(int state) { __attribute__((musttail)) return next(state); }
