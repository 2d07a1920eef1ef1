; The entry's call keeps operand bundles, convention, metadata and attributes that hold for it as well; those that tell
; the optimiser which memory is touched, or what the size argument is, go.
; RUN: %opt_memscope -passes=memscope-calls,verify -S %s | %filecheck %s
target datalayout = "e-m:e-i64:64-S128"

; CHECK-LABEL: @user(
; CHECK: %p = notail call coldcc noalias nonnull ptr @__memscope_malloc(i64 noundef %size, ptr @__memscope_site)
; CHECK-SAME: [[KEPT:#[0-9]+]] [ "deopt"(i32 7) ], !prof
define ptr @user(i64 %size) {
  %p = tail call coldcc noalias nonnull ptr @malloc(i64 noundef %size) #0 [ "deopt"(i32 7) ], !prof !0
  ret ptr %p
}

declare ptr @malloc(i64)

; CHECK: attributes [[KEPT]] = { cold nounwind willreturn }
attributes #0 = { cold nounwind willreturn builtin allocsize(0) "alloc-family"="malloc" }
!0 = !{!"branch_weights", i32 3}
