// Call stacks are walked by unwind tables, so every function has them, whatever the command line says, and frame pointers
// are what they would be. Only naked functions say nothing about a frame that the program wrote itself.
// RUN: %clang_memscope -O2 -fno-exceptions -fno-asynchronous-unwind-tables -S -emit-llvm %s -o - | %filecheck %s

// CHECK: define {{.*}} @plain({{.*}} [[PLAIN:#[0-9]+]]
int plain(int value) { return value + 1; }

// CHECK: define {{.*}} @naked({{.*}} [[NAKED:#[0-9]+]]
__attribute__((naked)) void naked(void) { __asm__("ret"); }

// CHECK: attributes [[PLAIN]] = {
// CHECK-NOT: "frame-pointer"="all"
// CHECK-SAME: uwtable
// CHECK: attributes [[NAKED]] = {
// CHECK-NOT: uwtable
// CHECK-SAME: }
