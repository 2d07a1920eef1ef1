; A coroutine returns when it suspends, so a scope around its body would lie: it gets none, and a warning.
; RUN: %opt_memscope -passes=memscope-scopes,verify -S %s -o %t.ll 2> %t.err
; RUN: %filecheck %s < %t.ll
; RUN: %filecheck --check-prefix=WARNING %s < %t.err
@text = private constant [15 x i8] c"memscope_track\00"
@file = private constant [4 x i8] c"a.c\00"
@llvm.global.annotations = appending global [1 x { ptr, ptr, ptr, i32, ptr }] [
  { ptr, ptr, ptr, i32, ptr } { ptr @coroutine, ptr @text, ptr @file, i32 7, ptr null }], section "llvm.metadata"

; WARNING: warning: a.c:7:0: {{.*}}: memscope_track has no effect on a coroutine
; CHECK-LABEL: @coroutine(
; CHECK-NOT: __memscope
; CHECK: ret void
define void @coroutine() {
  %id = call token @llvm.coro.id(i32 0, ptr null, ptr null, ptr null)
  ret void
}
declare token @llvm.coro.id(i32, ptr, ptr, ptr)
