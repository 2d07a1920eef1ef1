// A function that the module defines is the program's own, whatever its name; so are calls of it.
// RUN: %clang_memscope -O0 -S -emit-llvm %s -o - | %filecheck %s
#include <stddef.h>
static char arena[1000];

static void *malloc(size_t size) { return arena + size; }

// CHECK-LABEL: @user(
// CHECK-NOT: __memscope
// CHECK: call {{.*}} @malloc(i64 noundef 10)
// CHECK-NOT: __memscope
// CHECK: ret
void *user(void) { return malloc(10); }
