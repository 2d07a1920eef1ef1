// An annotated function that can be a thread's start routine tells the runtime which function it is; calls that create threads go to
// the runtime, which tells the thread what it was created to run.
// RUN: %clang_memscope -O2 -S -emit-llvm %s -o - | %filecheck %s
#include <memscope/annotations.h>
#include <pthread.h>
#include <threads.h>

// CHECK-LABEL: @posix_worker(
// CHECK: call void @__memscope_thread_enter([[PTR]] {{.*}}@__memscope_scope.posix_worker
// CHECK-SAME: @posix_worker
// CHECK: call void @__memscope_scope_exit([[PTR]] {{.*}}@__memscope_scope.posix_worker
MEMSCOPE_TRACK void *posix_worker(void *argument) { return argument; }

// CHECK-LABEL: @c11_worker(
// CHECK: call void @__memscope_thread_enter({{.*}}@c11_worker
MEMSCOPE_TRACK int c11_worker(void *argument) { return argument != 0; }

// CHECK-LABEL: @other_type(
// CHECK: call void @__memscope_scope_enter(
MEMSCOPE_TRACK void other_type(void *argument) { (void)argument; }

// CHECK-LABEL: @off(
// CHECK: call void @__memscope_scope_enter(
MEMSCOPE_IGNORE void *off(void *argument) { return argument; }

// CHECK-LABEL: @start(
// CHECK: call i32 @__memscope_pthread_create({{.*}}@pthread_create
// CHECK: call i32 @__memscope_thrd_create({{.*}}@thrd_create
void start(pthread_t *posix, thrd_t *c11, void *(*routine)(void *)) {
  pthread_create(posix, 0, routine, 0);
  thrd_create(c11, c11_worker, 0);
}
