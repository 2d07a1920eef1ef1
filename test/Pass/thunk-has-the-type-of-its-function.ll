; What control-flow integrity (cfi-icall, kcfi) knows a function's type by, the thunk that stands for its address has too.
; RUN: %opt_memscope -passes=memscope-calls,verify -S %s | %filecheck %s
target datalayout = "e-m:e-i64:64-S128"

; CHECK: @drop = constant ptr @__memscope_pointer_free
@drop = constant ptr @free

; CHECK: declare !type [[A:![0-9]+]] !type [[B:![0-9]+]] !kcfi_type [[C:![0-9]+]] void @free(ptr)
declare !type !0 !type !1 !kcfi_type !2 void @free(ptr)

; CHECK: define linkonce_odr void @__memscope_pointer_free(ptr %0) {{.*}}!type [[A]] !type [[B]] !kcfi_type [[C]]
!0 = !{i64 0, !"_ZTSFvPvE"}
!1 = !{i64 0, !"_ZTSFvPvE.generalized"}
!2 = !{i32 12345}
