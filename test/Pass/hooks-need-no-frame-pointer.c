// Functions have frame pointers where they would have them anyway: hooks name their frame by its top, at every level.
// RUN: %clang_memscope -O0 -fomit-frame-pointer -S %s -o - | %filecheck %s
// RUN: %clang_memscope -O2 -fomit-frame-pointer -S %s -o - | %filecheck %s
// RUN: %clang_memscope -O2 -fno-omit-frame-pointer -S %s -o - | %filecheck --check-prefix=KEPT %s
#include <memscope/annotations.h>
#include <setjmp.h>

jmp_buf target;
void work(int);

// CHECK-LABEL: tracked:
// CHECK-NOT: movq %rsp, %rbp
// CHECK: leaq {{[0-9]*}}(%rsp), %r
// CHECK-NOT: movq %rsp, %rbp
// CHECK: callq __memscope_scope_enter
// CHECK: callq __memscope_scope_exit
// KEPT-LABEL: tracked:
// KEPT: movq %rsp, %rbp
// KEPT: callq __memscope_scope_enter
MEMSCOPE_TRACK void tracked(int value) { work(value); }

// CHECK-LABEL: catcher:
// CHECK-NOT: movq %rsp, %rbp
// CHECK: leaq {{[0-9]*}}(%rsp), %rdi
// CHECK: callq __memscope_scope_unwound
void catcher(void) {
  if (setjmp(target) == 0)
    work(1);
}
