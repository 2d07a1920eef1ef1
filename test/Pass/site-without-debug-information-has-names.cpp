// Without -g the site still names the functions, as written before inlining, and the source file; the line is 0.
// RUN: %clangxx_memscope -g0 -O2 -S -emit-llvm %s -o - | %filecheck %s
#include <cstdlib>

// CHECK: [[FUNCTION:@__memscope_text[.0-9]*]] = {{.*}} c"inner(unsigned long)\00"
// CHECK: [[FILE:@__memscope_text[.0-9]*]] = {{.*}} c"{{.*}}site-without-debug-information-has-names.cpp\00"
// CHECK: @__memscope_site = private global {{.*}} { i32 0, i32 0, i32 0, i32 0,
// CHECK-SAME: [[FUNCTION]]{{.*}}[[FILE]]{{.*}}, [[PTR]] null, [[PTR]] null }
static void *inner(std::size_t size) { return std::malloc(size); }
void *outer(std::size_t size) { return inner(size + 1); }
