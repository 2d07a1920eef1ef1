// The scope's descriptor holds the annotation's parameters; what is not given is marked as such.
// RUN: %clang_memscope -O1 -S -emit-llvm %s -o - | %filecheck %s
#include <memscope/annotations.h>

// CHECK: [[NAME:@__memscope_text[.0-9]*]] = {{.*}} c"video decoder\00"
// CHECK: [[FUNCTION:@__memscope_text[.0-9]*]] = {{.*}} c"decode\00"
// CHECK: [[FILE:@__memscope_text[.0-9]*]] = {{.*}} c"{{.*}}/annotation-parameters-reach-the-scope.c\00"
// CHECK: @__memscope_scope.decode = internal global {{.*}} { i32 0, i32 [[#@LINE+4]], i32 5, i32 0,
// CHECK-SAME: double 2.500000e-01, [[PTR]]
// CHECK-SAME: [[NAME]]
// CHECK-SAME: [[FUNCTION]]{{.*}}[[FILE]]
MEMSCOPE_TRACK_AS("name=video decoder,sampling_rate=0.25,stack_depth=5") void decode(void) {}

// CHECK: @__memscope_scope.plain = internal global {{.*}} { i32 0, i32 [[#@LINE+2]], i32 0, i32 0,
// CHECK-SAME: double -1.000000e+00, [[PTR]] null,
MEMSCOPE_TRACK void plain(void) {}

// Marks on several declarations of a function add up.
MEMSCOPE_TRACK_AS("stack_depth=3") void twice(void);
// CHECK: @__memscope_scope.twice = internal global {{.*}} { i32 0, i32 [[#@LINE+2]], i32 3, i32 0,
// CHECK-SAME: double 5.000000e-01,
MEMSCOPE_TRACK_AS("sampling_rate=0.5") void twice(void) {}
