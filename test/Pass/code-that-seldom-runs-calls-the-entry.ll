; The thread is asked where it saves time: in loops, and in short functions, which may be called from one. What runs for an
; exception, or before one or the end of the program, calls the entry as it is, and so does a long function outside of its
; loops. Debug information does not count as length.
; RUN: %opt_memscope -passes=memscope-calls,verify -S %s | %filecheck %s
; RUN: %python %S/../Inputs/long_function.py plain | %opt_memscope -passes=memscope-calls,verify -S - | %filecheck --check-prefix=LONG %s
; RUN: %python %S/../Inputs/long_function.py debug | %opt_memscope -passes=memscope-calls,verify -S - | %filecheck --check-prefix=DEBUG %s
target datalayout = "e-m:e-i64:64-S128"
target triple = "x86_64-unknown-linux-gnu"

; CHECK-LABEL: @short(
; CHECK: load i8, ptr @__memscope_mode
; CHECK: call ptr @malloc(
; CHECK: notail call ptr @__memscope_malloc(
define ptr @short(i64 %size) {
  %p = call ptr @malloc(i64 %size)
  ret ptr %p
}

; CHECK-LABEL: @server(
; CHECK: load i8, ptr @__memscope_mode
define void @server() {
  br label %loop
loop:
  %p = call ptr @malloc(i64 8)
  call void @use(ptr %p)
  br label %loop
}

; CHECK-LABEL: @message(
; CHECK-NOT: load
; CHECK: notail call ptr @__memscope_malloc(
; CHECK-NOT: load
; CHECK: notail call void @__memscope_free(
define void @message(i1 %bad) personality ptr @__gxx_personality_v0 {
  br i1 %bad, label %fail, label %good
fail:
  %p = call ptr @malloc(i64 8)
  br i1 %bad, label %end, label %throw
end:
  call void @abort()
  unreachable
throw:
  invoke void @raise(ptr %p) to label %never unwind label %pad
never:
  unreachable
pad:
  %e = landingpad { ptr, i32 } cleanup
  br label %clean
clean:
  call void @free(ptr %p)
  resume { ptr, i32 } %e
good:
  ret void
}

; LONG-LABEL: @function(
; LONG-NOT: load
; LONG: notail call ptr @__memscope_malloc(
; LONG: loop:
; LONG: load i8, ptr @__memscope_mode
; LONG: call ptr @malloc(
; LONG: behind:

; DEBUG-LABEL: @function(
; DEBUG: load i8, ptr @__memscope_mode
; DEBUG: loop:
; DEBUG: load i8, ptr @__memscope_mode

declare ptr @malloc(i64)
declare void @free(ptr)
declare void @use(ptr)
declare void @raise(ptr)
declare void @abort()
declare i32 @__gxx_personality_v0(...)
