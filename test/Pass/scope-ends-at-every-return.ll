; An annotated function opens its scope before anything else and closes it before each of its returns.
; RUN: %opt_memscope -passes=memscope-scopes,verify -S %s | %filecheck %s
@text = private constant [15 x i8] c"memscope_track\00"
@file = private constant [4 x i8] c"a.c\00"
@llvm.global.annotations = appending global [1 x { ptr, ptr, ptr, i32, ptr }] [
  { ptr, ptr, ptr, i32, ptr } { ptr @tracked, ptr @text, ptr @file, i32 7, ptr null }], section "llvm.metadata"

; CHECK-LABEL: @tracked(
; CHECK-NEXT: %local = alloca i32
; CHECK-NEXT: %[[TOP:.+]] = call ptr @llvm.addressofreturnaddress.p0
; CHECK-NEXT: %[[FRAME:.+]] = getelementptr i8, ptr %[[TOP]], i64 -8
; CHECK-NEXT: notail call void @__memscope_scope_enter(ptr @__memscope_scope.tracked, ptr %[[FRAME]])
define i32 @tracked(i1 %which) {
  %local = alloca i32
  br i1 %which, label %one, label %two

; CHECK: one:
; CHECK-NEXT: call ptr @llvm.addressofreturnaddress
; CHECK-NEXT: getelementptr
; CHECK-NEXT: notail call void @__memscope_scope_exit(ptr @__memscope_scope.tracked, ptr
; CHECK-NEXT: ret i32 1
one:
  ret i32 1

; CHECK: two:
; CHECK-NEXT: call void @callee()
; CHECK-NEXT: call ptr @llvm.addressofreturnaddress
; CHECK-NEXT: getelementptr
; CHECK-NEXT: notail call void @__memscope_scope_exit(ptr @__memscope_scope.tracked, ptr
; CHECK-NEXT: ret i32 2
two:
  call void @callee()
  ret i32 2
}
declare void @callee()
