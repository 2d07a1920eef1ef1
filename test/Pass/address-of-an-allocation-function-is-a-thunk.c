// Where an allocation function is named and not called, a thunk stands for it; comparisons hold for both addresses; a null test of
// a function that may be missing, and direct calls, stay.
// RUN: %clang_memscope -O0 -S -emit-llvm %s -o - | %filecheck %s
// RUN: %clang_memscope -O2 -S -emit-llvm %s -o - | %filecheck %s
#include <stdint.h>
#include <stdlib.h>

// CHECK: @table = {{.*}}@__memscope_pointer_malloc{{.*}}@__memscope_pointer_realloc
void *const table[2] = {(void *)malloc, (void *)realloc};

void keep(void (*)(void *));

// CHECK-LABEL: @hand_over(
// CHECK: call void @keep({{.*}}@__memscope_pointer_free)
void hand_over(void) { keep(free); }

// CHECK-LABEL: @is_free(
// CHECK: icmp eq {{.*}}@__memscope_pointer_free
// CHECK: icmp eq {{.*}}@free
// CHECK: or i1
int is_free(void (*f)(void *)) { return f == free; }

// CHECK-LABEL: @is_not_free(
// CHECK: icmp ne {{.*}}@__memscope_pointer_free
// CHECK: icmp ne {{.*}}@free
// CHECK: and i1
int is_not_free(void (*f)(void *)) { return f != free; }

// CHECK-LABEL: @is_free_as_a_number(
// CHECK: icmp eq {{.*}}@__memscope_pointer_free
// CHECK: icmp eq {{.*}}@free
// CHECK: or i1
int is_free_as_a_number(void (*f)(void *)) { return (uintptr_t)f == (uintptr_t)free; }

// CHECK-LABEL: @may_be_missing(
// CHECK: icmp {{(eq|ne)}} {{.*}}@cfree{{.*}}null
extern void cfree(void *) __attribute__((weak));
int may_be_missing(void) { return cfree != NULL; }

// CHECK-LABEL: @direct(
// CHECK: call {{.*}}@__memscope_malloc(
void *direct(void) { return malloc(4); }

// CHECK: define linkonce_odr {{.*}}@__memscope_pointer_malloc({{.*}} comdat
// CHECK: tail call {{.*}}@__memscope_malloc(
// CHECK-NEXT: ret
