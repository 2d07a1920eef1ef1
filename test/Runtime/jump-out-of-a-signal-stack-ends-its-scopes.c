// A jump out of a signal handler ends the scopes that the handler was in when it ran on an alternate stack as well, and those it
// interrupted deeper than where the jump arrives; also in a thread that has recorded nothing before.
// UNSUPPORTED: sanitized
// RUN: rm -rf %t.dir && mkdir -p %t.dir && cd %t.dir
// RUN: %clang_memscope -O2 %s -o program %link_memscope && ./program
// RUN: %memscope dump Memoryanalysis | %filecheck %s
// CHECK-NOT: size={{[19]$|[19] }}
// CHECK: alloc {{.*}} size=200 {{.*}} scope=handler
// CHECK-NOT: size={{[19]$|[19] }}
// CHECK: alloc {{.*}} size=300 {{.*}} scope=outer
// CHECK-NOT: size={{[19]$|[19] }}
// CHECK: total allocations=2
#include <memscope/annotations.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdlib.h>

static void *volatile kept;
static jmp_buf back;
static volatile int allocates;

MEMSCOPE_TRACK static void handler(int number) {
  if (allocates)
    kept = malloc(200);
  longjmp(back, number);
}

MEMSCOPE_TRACK static void interrupted(void) { raise(SIGUSR1); }

MEMSCOPE_TRACK static void outer(void) {
  if (setjmp(back) == 0)
    interrupted();
  kept = malloc(300);
}

static void *run(void *signal_stack) {
  stack_t stack = {.ss_sp = signal_stack, .ss_size = 65536};
  sigaltstack(&stack, NULL);
  if (setjmp(back) == 0)
    interrupted();
  kept = malloc(1);
  allocates = 1;
  outer();
  kept = malloc(9);
  return NULL;
}

int main(void) {
  char on_main_stack[65536]; /* above the thread's own stack */
  struct sigaction action = {.sa_handler = handler, .sa_flags = SA_ONSTACK | SA_NODEFER};
  pthread_t thread;
  sigaction(SIGUSR1, &action, NULL);
  pthread_create(&thread, NULL, run, on_main_stack);
  pthread_join(thread, NULL);
}
