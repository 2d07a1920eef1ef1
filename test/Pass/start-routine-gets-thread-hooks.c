// An annotated function that the file starts a thread in tells the runtime where it returns to: into the thread library
// when it runs as start routine, elsewhere when it is just called.
// RUN: %clang_memscope -O2 -S -emit-llvm %s -o - | %filecheck %s
#include <memscope/annotations.h>
#include <pthread.h>
#include <threads.h>

// CHECK-LABEL: @posix_worker(
// CHECK: %[[RETURN:.+]] = {{.*}}call {{.*}} @llvm.returnaddress(i32 0)
// CHECK: call void @__memscope_thread_enter([[PTR]] {{.*}}@__memscope_scope.posix_worker
// CHECK-SAME: [[PTR]] %[[RETURN]])
// CHECK: call void @__memscope_thread_exit([[PTR]] {{.*}}@__memscope_scope.posix_worker
MEMSCOPE_TRACK void *posix_worker(void *argument) { return argument; }

// CHECK-LABEL: @c11_worker(
// CHECK: call void @__memscope_thread_enter(
// CHECK: call void @__memscope_thread_exit(
MEMSCOPE_TRACK int c11_worker(void *argument) { return argument != 0; }

// CHECK-LABEL: @callback(
// CHECK: call void @__memscope_scope_enter(
// CHECK: call void @__memscope_scope_exit(
MEMSCOPE_TRACK void *callback(void *argument) { return argument; }

// One of two routines, chosen where the thread is started.
// CHECK-LABEL: @chosen_worker(
// CHECK: call void @__memscope_thread_enter(
MEMSCOPE_TRACK void *chosen_worker(void *argument) { return argument; }

void start(pthread_t *posix, thrd_t *c11, void *(*other)(void *), int choice) {
  pthread_create(posix, 0, choice ? chosen_worker : other, 0);
  pthread_create(posix, 0, posix_worker, callback);
  thrd_create(c11, c11_worker, 0);
}
