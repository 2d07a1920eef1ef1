// A file without annotations and allocations needs no runtime and links without it.
// RUN: %clang_memscope -O1 -S -emit-llvm %s -o - | %filecheck %s
// RUN: %clang_memscope -O1 %s -o %t && %t
#include <math.h>

// CHECK-NOT: @__memscope
// CHECK: define {{.*}}i32 @main(
// CHECK-NOT: @__memscope
int main(void) { return 0; }
