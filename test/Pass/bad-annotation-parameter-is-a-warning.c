// What cannot be understood in an annotation is a warning at its line, and the rest of the annotation counts.
// RUN: %clang_memscope -O1 -S -emit-llvm %s -o %t.ll 2> %t.err
// RUN: %filecheck %s < %t.err
// RUN: %filecheck --check-prefix=IR %s < %t.ll
#include <memscope/annotations.h>

// CHECK: bad-annotation-parameter-is-a-warning.c:[[#@LINE+2]]:{{[0-9]+}}: warning: memscope_track:
// CHECK-SAME: unknown parameter 'color'; known are name, sampling_rate and stack_depth
MEMSCOPE_TRACK_AS("color=red") void unknown(void) {}

// CHECK: :[[#@LINE+1]]:{{[0-9]+}}: warning: memscope_track: parameter 'name' is not of the form key=value
MEMSCOPE_TRACK_AS("name") void no_value(void) {}

// CHECK: :[[#@LINE+1]]:{{[0-9]+}}: warning: memscope_track: name is empty
MEMSCOPE_TRACK_AS("name=") void empty(void) {}

// CHECK: :[[#@LINE+2]]:{{[0-9]+}}: warning: memscope_track:
// CHECK-SAME: sampling_rate '1.5' is not a number from 0.0 to 1.0
MEMSCOPE_TRACK_AS("sampling_rate=1.5,stack_depth=9") void above_one(void) {}
// IR-DAG: @__memscope_scope.above_one = {{.*}} { i32 0, i32 [[#@LINE-1]], i32 9, i32 0, double -1.0

// CHECK: :[[#@LINE+1]]:{{[0-9]+}}: warning: memscope_track: sampling_rate 'nan' is not
MEMSCOPE_TRACK_AS("sampling_rate=nan") void not_a_number(void) {}

// CHECK: :[[#@LINE+1]]:{{[0-9]+}}: warning: memscope_track: stack_depth '-1' is not a positive number of frames
MEMSCOPE_TRACK_AS("stack_depth=-1") void negative(void) {}

// CHECK-NOT: warning:
MEMSCOPE_TRACK_AS("") void nothing(void) {}
