; Calls of an allocation function's name that hand over arguments differently than C would (another convention, a struct
; by value, another address space) are left alone, with a warning each.
; RUN: %opt_memscope -passes=memscope-calls,verify -S %s -o %t.ll 2> %t.err
; RUN: %filecheck %s < %t.ll
; RUN: %filecheck --check-prefix=WARNING %s < %t.err
target datalayout = "e-m:e-i64:64-S128"

; WARNING: calls of 'free' with a type that is not the standard function's are not recorded
; WARNING: calls of 'cfree'
; WARNING: calls of 'valloc'
; WARNING: calls of 'pvalloc'
; WARNING: calls of 'malloc'
; CHECK-LABEL: @user(
; CHECK-NOT: @__memscope
; CHECK: ret void
define void @user(ptr %p) {
  call void @free(ptr byval(i64) %p)
  call void @cfree(ptr sret(i64) %p)
  %1 = call win64cc ptr @valloc(i64 0)
  %2 = call addrspace(1) ptr @pvalloc(i64 0)
  %3 = call ptr addrspace(256) @malloc(i64 0)
  ret void
}

declare void @free(ptr byval(i64))
declare void @cfree(ptr sret(i64))
declare win64cc ptr @valloc(i64)
declare ptr @pvalloc(i64) addrspace(1)
declare ptr addrspace(256) @malloc(i64)
