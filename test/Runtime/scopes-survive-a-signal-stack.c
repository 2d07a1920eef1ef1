// A signal handler on an alternate stack, which lies above the thread's own, may enter scopes and allocate; the scope it
// interrupted goes on afterwards.
// UNSUPPORTED: asan
// RUN: rm -rf %t.dir && mkdir -p %t.dir && cd %t.dir
// RUN: %clang_memscope -O2 %s -o program %link_memscope && ./program
// RUN: %memscope dump Memoryanalysis | %filecheck %s
// CHECK: alloc {{.*}} size=100 {{.*}} scope=outer
// CHECK: alloc {{.*}} size=200 {{.*}} scope=inner
// CHECK: alloc {{.*}} size=300 {{.*}} scope=outer
// CHECK-NOT: size=400{{$| }}
// CHECK: total allocations=3
#include <memscope/annotations.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>

static void *volatile kept;

MEMSCOPE_TRACK static void inner(void) { kept = malloc(200); }

static void on_signal(int number) {
  (void)number;
  inner();
}

MEMSCOPE_TRACK static void outer(void) {
  kept = malloc(100);
  raise(SIGUSR1);
  kept = malloc(300);
}

static void *run(void *signal_stack) {
  stack_t stack = {.ss_sp = signal_stack, .ss_size = 65536};
  sigaltstack(&stack, NULL);
  outer();
  kept = malloc(400);
  return NULL;
}

int main(void) {
  /* The alternate stack lies in main's frame, the thread's own below it. */
  char on_main_stack[65536];
  struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_ONSTACK};
  pthread_t thread;
  sigaction(SIGUSR1, &action, NULL);
  pthread_create(&thread, NULL, run, on_main_stack);
  pthread_join(thread, NULL);
}
