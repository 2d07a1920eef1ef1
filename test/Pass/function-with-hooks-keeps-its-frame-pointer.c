// Where hooks name their frame the function keeps a frame pointer, at every level and whatever the command line says.
// RUN: %clang_memscope -O0 -fomit-frame-pointer -S %s -o - | %filecheck %s
// RUN: %clang_memscope -O2 -fomit-frame-pointer -S %s -o - | %filecheck %s
#include <memscope/annotations.h>
#include <setjmp.h>

jmp_buf target;
void work(int);

// CHECK-LABEL: tracked:
// CHECK: movq %rsp, %rbp
// CHECK: callq __memscope_scope_enter
// CHECK: callq __memscope_scope_exit
MEMSCOPE_TRACK void tracked(int value) { work(value); }

// CHECK-LABEL: catcher:
// CHECK: movq %rsp, %rbp
// CHECK: callq __memscope_scope_unwound
void catcher(void) {
  if (setjmp(target) == 0)
    work(1);
}

// Others do not.
// CHECK-LABEL: other:
// CHECK-NOT: movq %rsp, %rbp
// CHECK: work
void other(int value) { work(value + 1); }
