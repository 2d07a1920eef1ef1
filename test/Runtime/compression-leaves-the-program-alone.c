// Compressing takes nothing of the program's: not its allocator, not the little stack of a thread or of a signal handler, and its
// signal handlers find the stack that they know. It happens in the thread itself, while others are forked, and in their children.
// REQUIRES: zstd
// UNSUPPORTED: sanitized
// RUN: rm -rf %t.dir && mkdir -p %t.dir && cd %t.dir
// RUN: %clang_plain -O2 -c %S/Inputs/counting_malloc.c && %clang_memscope -O2 %s counting_malloc.o -o program %link_memscope
// RUN: env MEMSCOPE_OPTIONS=compress=zstd ./program > out && %filecheck %s < out
// RUN: for run in Memoryanalysis Memoryanalysis.[0-9]*; do %memscope dump $run > dump 2> err && test ! -s err && \
// RUN:   %python %inputs/blocks.py $run | grep '^[1-9][0-9]* blocks, [1-9]' || exit 1; done > blocks
// RUN: %filecheck %s --check-prefix=RUNS < blocks
// RUN: %memscope dump Memoryanalysis | tail -1 | %filecheck %s --check-prefix=DUMP
// CHECK:      allocator: 0 calls more than the program's
// CHECK-NEXT: handlers: all on their stack
// CHECK-NEXT: children: 8 ended well
// RUNS-COUNT-9: blocks
// DUMP: total allocations=180000 deallocations=180000 
#define _GNU_SOURCE
#include <limits.h>
#include <memscope/annotations.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#define PAIRS 20000

extern _Atomic unsigned long malloc_calls; /* Inputs/counting_malloc.c */
static void *volatile kept;

MEMSCOPE_TRACK static void record(void) {
  for (int i = 0; i < PAIRS; i++) {
    kept = malloc(40);
    free(kept);
  }
}

MEMSCOPE_TRACK static void *run(void *argument) {
  for (int i = 0; i < 5; i++)
    record();
  return argument;
}

/* ---- handlers ---- */

static volatile sig_atomic_t astray;
static uintptr_t low, high; /* of the stack that a handler is to run on */

static void on_alarm(int signal) {
  (void)signal;
  uintptr_t here = (uintptr_t)__builtin_frame_address(0);
  astray |= here < low || here >= high;
}

static volatile sig_atomic_t recorded;
MEMSCOPE_TRACK static void on_usr1(int signal) { /* on a stack of the smallest size */
  (void)signal;
  record();
  recorded = 1;
}

static void run_with_alarms(void) {
  pthread_attr_t attributes;
  void *stack;
  size_t bytes;
  pthread_getattr_np(pthread_self(), &attributes);
  pthread_attr_getstack(&attributes, &stack, &bytes);
  pthread_attr_destroy(&attributes);
  low = (uintptr_t)stack, high = low + bytes;
  signal(SIGALRM, on_alarm);
  const struct itimerval often = {{0, 100}, {0, 100}}, never = {{0, 0}, {0, 0}};
  setitimer(ITIMER_REAL, &often, NULL);
  record();
  setitimer(ITIMER_REAL, &never, NULL);
}

static void run_on_signal_stack(void) {
  stack_t stack = {.ss_sp = calloc(1, MINSIGSTKSZ + 2048), .ss_size = MINSIGSTKSZ + 2048};
  struct sigaction action = {.sa_handler = on_usr1, .sa_flags = SA_ONSTACK};
  sigaltstack(&stack, NULL);
  sigaction(SIGUSR1, &action, NULL);
  raise(SIGUSR1);
}

int main(void) {
  record(); /* the run, the thread's file, the first place to compress at */
  unsigned long before = malloc_calls;
  record();
  printf("allocator: %lu calls more than the program's\n", malloc_calls - before - PAIRS);

  run_with_alarms();
  run_on_signal_stack();
  printf("handlers: %s\n", astray || !recorded ? "astray" : "all on their stack");
  fflush(stdout);

  pthread_t thread;
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, PTHREAD_STACK_MIN);
  pthread_create(&thread, &attributes, run, NULL);
  int good = 0, status;
  for (int i = 0; i < 8; i++)
    if (fork() == 0) {
      record();
      _exit(0);
    }
  while (wait(&status) > 0)
    good += status == 0;
  pthread_join(thread, NULL);
  printf("children: %d ended well\n", good);
}
