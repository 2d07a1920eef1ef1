// setjmp that returns a second time comes from a longjmp out of deeper frames: the runtime closes their scopes.
// RUN: %clang_memscope -O2 -S -emit-llvm %s -o - | %filecheck %s
#include <setjmp.h>
void elsewhere(jmp_buf *);

// CHECK-LABEL: @guarded(
// CHECK: %[[AGAIN:.+]] = call i32 @_setjmp(
// CHECK-NEXT: %[[TOP:.+]] = call {{.*}} @llvm.addressofreturnaddress{{.*}}
// CHECK-NEXT: %[[FRAME:.+]] = getelementptr i8, [[PTR]] %[[TOP]], i64 -8
// CHECK-NEXT: notail call void @__memscope_scope_unwound([[PTR]] %[[FRAME]])
// CHECK-NEXT: icmp eq i32 %[[AGAIN]], 0
int guarded(void) {
  jmp_buf state;
  if (setjmp(state))
    return 1;
  elsewhere(&state);
  return 0;
}
