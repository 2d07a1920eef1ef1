; A coroutine returns when it suspends, so hooks around its body would lie: as a scope and as an allocator it gets none, and a warning.
; RUN: %opt_memscope -passes=memscope-scopes,verify -S %s -o %t.ll 2> %t.err
; RUN: %filecheck %s < %t.ll
; RUN: %filecheck --check-prefix=WARNING %s < %t.err
@track = private constant [15 x i8] c"memscope_track\00"
@free = private constant [14 x i8] c"memscope_free\00"
@file = private constant [4 x i8] c"a.c\00"
@llvm.global.annotations = appending global [2 x { ptr, ptr, ptr, i32, ptr }] [
  { ptr, ptr, ptr, i32, ptr } { ptr @coroutine, ptr @track, ptr @file, i32 7, ptr null },
  { ptr, ptr, ptr, i32, ptr } { ptr @release, ptr @free, ptr @file, i32 8, ptr null }], section "llvm.metadata"

; WARNING-DAG: warning: a.c:7:0: {{.*}}: memscope_track has no effect on a coroutine
; WARNING-DAG: warning: a.c:8:0: {{.*}}: only calls in this file are recorded: 'release' is a coroutine
; CHECK-LABEL: @coroutine(
; CHECK-NOT: __memscope
; CHECK: ret void
define void @coroutine() {
  %id = call token @llvm.coro.id(i32 0, ptr null, ptr null, ptr null)
  ret void
}
; CHECK-LABEL: @release(
; CHECK-NOT: __memscope
; CHECK: ret void
define void @release(ptr %block) {
  %id = call token @llvm.coro.id(i32 0, ptr null, ptr null, ptr null)
  ret void
}
declare token @llvm.coro.id(i32, ptr, ptr, ptr)
