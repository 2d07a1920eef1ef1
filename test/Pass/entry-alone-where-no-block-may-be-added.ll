; Functions that are not optimised, or for size alone, call the entry without a question, and so do calls that their return
; must follow, and those whose entry has more to do than to look at the thread. The frame's variables stay in the entry block.
; RUN: %opt_memscope -passes=memscope-calls,verify -S %s | %filecheck %s
target datalayout = "e-m:e-i64:64-S128"
target triple = "x86_64-unknown-linux-gnu"

; CHECK-LABEL: @slow(
; CHECK-NEXT: %p = notail call ptr @__memscope_malloc(
; CHECK-NEXT: ret ptr %p
define ptr @slow(i64 %size) optnone noinline {
  %p = call ptr @malloc(i64 %size)
  ret ptr %p
}

; CHECK-LABEL: @small(
; CHECK-NEXT: notail call void @__memscope_free(
; CHECK-NEXT: ret void
define void @small(ptr %p) minsize optsize {
  call void @free(ptr %p)
  ret void
}

; CHECK-LABEL: @last(
; CHECK-NEXT: %p = notail call ptr @__memscope_malloc(
; CHECK-NEXT: ret ptr %p
define ptr @last(i64 %size) {
  %p = musttail call ptr @malloc(i64 %size)
  ret ptr %p
}

; CHECK-LABEL: @grow(
; CHECK-NEXT: %q = notail call ptr @__memscope_realloc(
; CHECK-NEXT: ret ptr %q
define ptr @grow(ptr %p) {
  %q = call ptr @realloc(ptr %p, i64 8)
  ret ptr %q
}

; CHECK-LABEL: @variables(
; CHECK-NEXT: %local = alloca i64
; CHECK-NEXT: load i8, ptr @__memscope_mode
; CHECK: br i1
; CHECK: %p = phi ptr
; CHECK-NEXT: call void @use(ptr %p, ptr %local)
define void @variables() {
  %p = call ptr @malloc(i64 1)
  %local = alloca i64
  call void @use(ptr %p, ptr %local)
  ret void
}

declare ptr @malloc(i64)
declare ptr @realloc(ptr, i64)
declare void @free(ptr)
declare void @use(ptr, ptr)
