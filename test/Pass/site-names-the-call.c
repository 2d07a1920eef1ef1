// A site names the function called, the function it is called in, file, line and column.
// RUN: %clang_memscope -O1 -S -emit-llvm %s -o - | %filecheck %s
#include <stdlib.h>

// CHECK-DAG: [[CALLEE:@__memscope_text[.0-9]*]] = {{.*}} c"malloc\00"
// CHECK-DAG: [[FUNCTION:@__memscope_text[.0-9]*]] = {{.*}} c"make_room\00"
// CHECK-DAG: [[FILE:@__memscope_text[.0-9]*]] = {{.*}} c"/{{.*}}/site-names-the-call.c\00"
// Not constant, since the runtime numbers it; nothing inlined, type and receiver unknown.
// CHECK: @__memscope_site = private global {{.*}} { i32 0, i32 [[#@LINE+2]], i32 39, i32 0, [[PTR]] {{.*}}@malloc{{.*}}, [[PTR]] {{.*}}[[CALLEE]]{{.*}}, [[PTR]] {{.*}}[[FUNCTION]]{{.*}}, [[PTR]] {{.*}}[[FILE]]
// CHECK-SAME: [[PTR]] null, [[PTR]] null, [[PTR]] null }, section "memscope_sites"
void *make_room(size_t size) { return malloc(size); }
