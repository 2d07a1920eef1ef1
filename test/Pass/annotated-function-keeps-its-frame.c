// Annotated functions are not inlined, even where the source suggests it: the runtime tells scopes by their frames.
// A promise not to write memory ends as well, since the hooks do.
// RUN: %clang_memscope -O3 -S -emit-llvm %s -o - | %filecheck %s
#include <memscope/annotations.h>

// CHECK-LABEL: @user(
// CHECK: call i32 @tracked(
// CHECK-LABEL: define internal {{.*}} @tracked(
// CHECK-SAME: [[ATTRIBUTES:#[0-9]+]]
MEMSCOPE_TRACK static inline __attribute__((const)) int tracked(int value) { return value + 1; }
int user(int value) { return tracked(value); }

// CHECK: attributes [[ATTRIBUTES]] = {
// CHECK-NOT: readnone
// CHECK-NOT: memory(
// CHECK-SAME: noinline
