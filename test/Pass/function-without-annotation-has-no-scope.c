// Only "memscope_track", alone or with parameters, opens a scope; an annotation that merely begins alike does not.
// RUN: %clang_memscope -O0 -S -emit-llvm %s -o - | %filecheck %s

// CHECK-LABEL: @plain(
// CHECK-NOT: __memscope
// CHECK: ret void
void plain(void) {}

// CHECK-LABEL: @alike(
// CHECK-NOT: __memscope
// CHECK: ret void
__attribute__((annotate("memscope_tracker"))) void alike(void) {}

// CHECK-LABEL: @tracked(
// CHECK: __memscope_scope_enter
__attribute__((annotate("memscope_track"))) void tracked(void) {}
