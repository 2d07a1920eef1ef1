// An annotated function that must be inlined brings its scope along into its callers.
// RUN: %clang_memscope -O2 -S -emit-llvm %s -o - | %filecheck %s
#include <memscope/annotations.h>
int work(int);

MEMSCOPE_TRACK static inline __attribute__((always_inline)) int tracked(int value) { return work(value) + 1; }

// CHECK-LABEL: @user(
// CHECK: call void @__memscope_scope_enter({{.*}}@__memscope_scope.tracked
// CHECK: call i32 @work(
// CHECK: call void @__memscope_scope_exit({{.*}}@__memscope_scope.tracked
int user(int value) { return tracked(value) * 2; }
