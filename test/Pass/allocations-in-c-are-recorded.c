// Calls of C's allocation functions reach the runtime, with the original attributes and a site of their own.
// RUN: %clang_memscope -O2 -S -emit-llvm %s -o - | %filecheck %s
#include <stdlib.h>
#include <string.h>

// CHECK-LABEL: @make(
// CHECK: notail call noalias {{.*}} @__memscope_calloc(i64 noundef %{{[^,]+}}, i64 noundef 8, [[PTR]]
// CHECK-SAME: @__memscope_site{{.*}}, !dbg
void *make(size_t count) { return calloc(count, 8); }

// CHECK-LABEL: @grow(
// CHECK: notail call {{.*}} @__memscope_realloc([[PTR]] noundef %{{[^,]+}}, i64 noundef 100, [[PTR]]
// CHECK-SAME: @__memscope_site
void *grow(void *block) { return realloc(block, 100); }

// CHECK-LABEL: @copy(
// CHECK: notail call noalias {{.*}} @__memscope_strdup(
char *copy(const char *text) { return strdup(text); }

// CHECK-LABEL: @drop(
// CHECK: notail call void @__memscope_free(
void drop(void *block) { free(block); }
