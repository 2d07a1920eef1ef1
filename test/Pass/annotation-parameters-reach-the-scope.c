// The scope's descriptor holds the annotation's parameters; what is not given is marked as such.
// RUN: %clang_memscope -O1 -S -emit-llvm %s -o - | %filecheck %s
#include <memscope/annotations.h>

// CHECK-DAG: [[NAME:@__memscope_text[.0-9]*]] = {{.*}} c"video decoder\00"
// CHECK-DAG: [[FUNCTION:@__memscope_text[.0-9]*]] = {{.*}} c"decode\00"
// CHECK-DAG: [[FILE:@__memscope_text[.0-9]*]] = {{.*}} c"{{.*}}/annotation-parameters-reach-the-scope.c\00"
// CHECK-DAG: @__memscope_scope.decode = internal global {{.*}} { i32 0, i32 [[#@LINE+1]], i32 5, i32 0, double 2.500000e-01, [[PTR]] {{.*}}[[NAME]]{{.*}}, [[PTR]] {{.*}}[[FUNCTION]]{{.*}}, [[PTR]] {{.*}}[[FILE]]
MEMSCOPE_TRACK_AS("name=video decoder,sampling_rate=0.25,stack_depth=5") void decode(void) {}

// CHECK-DAG: @__memscope_scope.plain = internal global {{.*}} { i32 0, i32 [[#@LINE+1]], i32 0, i32 0, double -1.000000e+00, [[PTR]] null,
MEMSCOPE_TRACK void plain(void) {}

// Marks on several declarations of a function add up.
MEMSCOPE_TRACK_AS("stack_depth=3") void twice(void);
// CHECK-DAG: @__memscope_scope.twice = internal global {{.*}} { i32 0, i32 [[#@LINE+1]], i32 3, i32 0, double 5.000000e-01,
MEMSCOPE_TRACK_AS("sampling_rate=0.5") void twice(void) {}
