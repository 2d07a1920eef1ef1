; The entry's call keeps operand bundles, metadata and attributes that hold for it as well; those that tell the optimiser
; which memory is touched, or what the size argument is, go.
; RUN: %opt_memscope -passes=memscope-calls,verify -S %s | %filecheck %s
target datalayout = "e-m:e-i64:64-S128"

; CHECK-LABEL: @user(
; CHECK: %p = notail call noalias nonnull ptr @__memscope_malloc(i64 noundef %size, ptr @__memscope_site)
; CHECK-SAME: [[KEPT:#[0-9]+]] [ "deopt"(i32 7), "tag"(i64 %size) ], !prof
define ptr @user(i64 %size) {
  %p = tail call noalias nonnull ptr @malloc(i64 noundef %size) #0 [ "deopt"(i32 7), "tag"(i64 %size) ], !prof !0
  ret ptr %p
}

; CHECK-LABEL: @guarded(
; CHECK: %p = invoke ptr @__memscope_new(i64 8, ptr @__memscope_site.{{[0-9]+}})
; CHECK-SAME: [[KEPT]] [ "deopt"(i64 %size) ]
; CHECK-NEXT: to label %good unwind label %bad, !prof
define ptr @guarded(i64 %size) personality ptr @__gxx_personality_v0 {
  %p = invoke ptr @_Znwm(i64 8) #0 [ "deopt"(i64 %size) ] to label %good unwind label %bad, !prof !1
good:
  ret ptr %p
bad:
  %e = landingpad { ptr, i32 } cleanup
  resume { ptr, i32 } %e
}

declare ptr @malloc(i64)
declare ptr @_Znwm(i64)
declare i32 @__gxx_personality_v0(...)

; CHECK: attributes [[KEPT]] = { cold nounwind willreturn }
attributes #0 = { cold nounwind willreturn builtin allocsize(0) "alloc-family"="malloc" }
!0 = !{!"branch_weights", i32 3}
!1 = !{!"branch_weights", i32 100, i32 1}
