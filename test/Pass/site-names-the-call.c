// A site names the function called, the function it is called in, file, line and column.
// RUN: %clang_memscope -O1 -S -emit-llvm %s -o - | %filecheck %s
#include <stdlib.h>

// CHECK: [[CALLEE:@__memscope_text[.0-9]*]] = {{.*}} c"malloc\00"
// CHECK: [[FUNCTION:@__memscope_text[.0-9]*]] = {{.*}} c"make_room\00"
// CHECK: [[FILE:@__memscope_text[.0-9]*]] = {{.*}} c"/{{.*}}/site-names-the-call.c\00"
// Not constant, since the runtime numbers it; nothing inlined, type and receiver unknown.
// CHECK: @__memscope_site = private global {{.*}} { i32 0, i32 [[#@LINE+4]], i32 39, i32 0, [[PTR]]
// CHECK-SAME: @malloc
// CHECK-SAME: [[CALLEE]]{{.*}}[[FUNCTION]]{{.*}}[[FILE]]
// CHECK-SAME: [[PTR]] null, [[PTR]] null }, section ".data.memscope.make_room"
void *make_room(size_t size) { return malloc(size); }
