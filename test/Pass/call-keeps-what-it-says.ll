; A call that is made directly, where nothing is tracked, is the original one. The entry's keeps operand bundles, metadata and
; attributes that hold for it as well; those that tell the optimiser which memory is touched, or what the size argument is, go.
; RUN: %opt_memscope -passes=memscope-calls,verify -S %s | %filecheck %s
target datalayout = "e-m:e-i64:64-S128"
target triple = "x86_64-unknown-linux-gnu"

; CHECK: @__memscope_mode = external thread_local(initialexec) global i8
; CHECK: @__memscope_regions = external global [2097152 x ptr]

; CHECK-LABEL: @user(
; CHECK-NEXT: %[[MODE:.+]] = load i8, ptr @__memscope_mode, align 1, !nosanitize
; CHECK-NEXT: %[[UNTRACKED:.+]] = icmp eq i8 %[[MODE]], 1
; CHECK-NEXT: br i1 %[[UNTRACKED]], label %[[DIRECT:.+]], label %[[RECORDED:.+]], !prof [[LIKELY:![0-9]+]]
; CHECK: [[DIRECT]]:
; CHECK-NEXT: %[[OWN:.+]] = tail call noalias nonnull ptr @malloc(i64 noundef %size)
; CHECK-SAME: [[ORIGINAL:#[0-9]+]] [ "deopt"(i32 7), "tag"(i64 %size) ], !prof
; CHECK-NEXT: br label %[[BEHIND:.+]]
; CHECK: [[RECORDED]]:
; CHECK-NEXT: %[[ENTRYS:.+]] = notail call noalias nonnull ptr @__memscope_malloc(i64 noundef %size, ptr @__memscope_site)
; CHECK-SAME: [[KEPT:#[0-9]+]] [ "deopt"(i32 7), "tag"(i64 %size) ], !prof
; CHECK-NEXT: br label %[[BEHIND]]
; CHECK: [[BEHIND]]:
; CHECK-NEXT: %p = phi ptr [ %[[OWN]], %[[DIRECT]] ], [ %[[ENTRYS]], %[[RECORDED]] ]
; CHECK-NEXT: ret ptr %p
define ptr @user(i64 %size) {
  %p = tail call noalias nonnull ptr @malloc(i64 noundef %size) #0 [ "deopt"(i32 7), "tag"(i64 %size) ], !prof !0
  ret ptr %p
}

; A release asks for the region that its block is in.
; CHECK-LABEL: @release(
; CHECK: %[[ADDRESS:.+]] = ptrtoint ptr %p to i64
; CHECK-NEXT: %[[HIGH:.+]] = lshr i64 %[[ADDRESS]], 26
; CHECK-NEXT: %[[INDEX:.+]] = and i64 %[[HIGH]], 2097151
; CHECK-NEXT: %[[PLACE:.+]] = getelementptr inbounds [2097152 x ptr], ptr @__memscope_regions, i64 0, i64 %[[INDEX]]
; CHECK-NEXT: %[[REGION:.+]] = load atomic ptr, ptr %[[PLACE]] monotonic, align 8, !nosanitize
; CHECK-NEXT: %[[UNTRACKED:.+]] = icmp eq ptr %[[REGION]], null
; CHECK-NEXT: br i1 %[[UNTRACKED]], label %[[DIRECT:.+]], label %[[RECORDED:.+]], !prof [[LIKELY]]
; CHECK: [[DIRECT]]:
; CHECK-NEXT: tail call void @free(ptr %p)
; CHECK: [[RECORDED]]:
; CHECK-NEXT: notail call void @__memscope_free(ptr %p, ptr @__memscope_site.{{[0-9]+}})
define void @release(ptr %p) {
  tail call void @free(ptr %p)
  ret void
}

; An invoke's blocks know both ways in.
; CHECK-LABEL: @guarded(
; CHECK: %[[OWN:.+]] = invoke ptr @_Znwm(i64 8) [[ORIGINAL]] [ "deopt"(i64 %size) ]
; CHECK-NEXT: to label %[[BEHIND:.+]] unwind label %bad, !prof
; CHECK: %[[ENTRYS:.+]] = invoke ptr @__memscope_new(i64 8, ptr @__memscope_site.{{[0-9]+}})
; CHECK-SAME: [[KEPT]] [ "deopt"(i64 %size) ]
; CHECK-NEXT: to label %[[BEHIND]] unwind label %bad, !prof
; CHECK: [[BEHIND]]:
; CHECK-NEXT: %p = phi ptr [ %[[OWN]], %[[DIRECT:.+]] ], [ %[[ENTRYS]], %[[RECORDED:.+]] ]
; CHECK-NEXT: br label %good
; CHECK: good:
; CHECK-NEXT: %result = phi ptr [ %p, %[[BEHIND]] ], [ null, %entry ]
; CHECK: bad:
; CHECK-NEXT: %number = phi i32 [ 1, %[[DIRECT]] ], [ 2, %other ], [ 1, %[[RECORDED]] ]
define ptr @guarded(i64 %size, i1 %any) personality ptr @__gxx_personality_v0 {
entry:
  br i1 %any, label %some, label %good
some:
  %p = invoke ptr @_Znwm(i64 8) #0 [ "deopt"(i64 %size) ] to label %good unwind label %bad, !prof !1
good:
  %result = phi ptr [ %p, %some ], [ null, %entry ]
  br label %other
other:
  invoke void @use(ptr %result) to label %end unwind label %bad
end:
  ret ptr %result
bad:
  %number = phi i32 [ 1, %some ], [ 2, %other ]
  %e = landingpad { ptr, i32 } cleanup
  call void @count(i32 %number)
  resume { ptr, i32 } %e
}

declare ptr @malloc(i64)
declare void @free(ptr)
declare ptr @_Znwm(i64)
declare void @use(ptr)
declare void @count(i32)
declare i32 @__gxx_personality_v0(...)

; CHECK-DAG: attributes [[ORIGINAL]] = { {{.*}}allocsize(0) "alloc-family"="malloc" }
; CHECK-DAG: attributes [[KEPT]] = { cold nounwind willreturn }
; CHECK-DAG: [[LIKELY]] = !{!"branch_weights", i32 2000, i32 1}
attributes #0 = { cold nounwind willreturn builtin allocsize(0) "alloc-family"="malloc" "memscope-type"="struct node" }
!0 = !{!"branch_weights", i32 3}
!1 = !{!"branch_weights", i32 100, i32 1}
