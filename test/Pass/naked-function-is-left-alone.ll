; A naked function is what its author wrote, to the instruction: it is not recorded from.
; RUN: %opt_memscope -passes=memscope-scopes,memscope-calls,verify -S %s | %filecheck %s
target datalayout = "e-m:e-i64:64-S128"
@text = private constant [15 x i8] c"memscope_track\00"
@file = private constant [4 x i8] c"a.c\00"
@llvm.global.annotations = appending global [1 x { ptr, ptr, ptr, i32, ptr }] [
  { ptr, ptr, ptr, i32, ptr } { ptr @bare, ptr @text, ptr @file, i32 7, ptr null }], section "llvm.metadata"

; CHECK-LABEL: define void @bare(
; CHECK-NEXT: call void asm sideeffect
; CHECK-NEXT: call ptr @malloc(
; CHECK-NEXT: unreachable
define void @bare() naked {
  call void asm sideeffect "push %rax", ""()
  call ptr @malloc(i64 10)
  unreachable
}

; CHECK-LABEL: @user(
; CHECK: @__memscope_malloc
define void @user() {
  call ptr @malloc(i64 20)
  ret void
}

declare ptr @malloc(i64)
