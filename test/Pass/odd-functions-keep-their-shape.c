// Functions that are not optimised, do not return, take any number of arguments, or jump out of assembler: each has its
// scope and its recorded calls, and stays what it is.
// RUN: %clang_memscope -O0 -S -emit-llvm %s -o - | %filecheck %s
// RUN: %clang_memscope -O2 -S -emit-llvm %s -o - | %filecheck %s
#include <memscope/annotations.h>
#include <stdarg.h>
#include <stdlib.h>

void *volatile kept;

// CHECK-LABEL: @slow(
// CHECK: call void @__memscope_scope_enter(
// CHECK: notail call {{.*}} @__memscope_malloc(
// CHECK: call void @__memscope_scope_exit(
// CHECK: ret
MEMSCOPE_TRACK __attribute__((optnone, noinline)) void *slow(size_t size) { return malloc(size); }

// CHECK-LABEL: @stop(
// CHECK: call void @__memscope_scope_enter(
// CHECK: notail call {{.*}} @__memscope_malloc(
// CHECK-NOT: @__memscope_scope_exit
// CHECK: call void @exit(
// CHECK-NEXT: unreachable
MEMSCOPE_TRACK __attribute__((noreturn)) void stop(void) {
  kept = malloc(1);
  exit(1);
}

// CHECK-LABEL: @sum(
// CHECK: call void @__memscope_scope_enter(
// CHECK: call void @llvm.va_start
// CHECK: notail call {{.*}} @__memscope_malloc(
// CHECK: call void @llvm.va_end
// CHECK: call void @__memscope_scope_exit(
// CHECK-NEXT: ret
MEMSCOPE_TRACK int sum(int count, ...) {
  va_list rest;
  va_start(rest, count);
  kept = malloc((size_t)va_arg(rest, int));
  va_end(rest);
  return count;
}

// CHECK-LABEL: @jump(
// CHECK: notail call {{.*}} @__memscope_malloc(
// CHECK: callbr void asm sideeffect
// CHECK: notail call void @__memscope_free(
// CHECK: call void @__memscope_scope_exit(
MEMSCOPE_TRACK int jump(int number) {
  kept = malloc(2);
  asm goto("test %0, %0; jz %l1" : : "r"(number) : "cc" : zero);
  return 1;
zero:
  free(kept);
  return 0;
}
