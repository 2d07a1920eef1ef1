// Call stacks are read along frame pointers, so every function keeps one, whatever the command line says; only naked
// functions have no frame to point to.
// RUN: %clang_memscope -O2 -fomit-frame-pointer -S -emit-llvm %s -o - | %filecheck %s

// CHECK: define {{.*}} @plain({{.*}} [[PLAIN:#[0-9]+]]
int plain(int value) { return value + 1; }

// CHECK: define {{.*}} @naked({{.*}} [[NAKED:#[0-9]+]]
__attribute__((naked)) void naked(void) { __asm__("ret"); }

// CHECK: attributes [[PLAIN]] = {{{.*}}"frame-pointer"="all"
// CHECK: attributes [[NAKED]] = {
// CHECK-NOT: "frame-pointer"="all"
// CHECK-SAME: }
