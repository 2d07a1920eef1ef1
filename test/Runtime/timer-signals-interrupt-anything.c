// A timer's signal may come at any instruction of the program and of the hooks, thousands of times, and its handler enters scopes
// and allocates, on the thread's stack or one of its own: what is recorded and what is counted as dropped are together what was done.
// UNSUPPORTED: emulated
// RUN: rm -rf %t.dir && mkdir -p %t.dir && cd %t.dir
// RUN: %clang_plain -O2 -fPIC -shared %S/Inputs/bump_malloc.c -o libbump.so
// RUN: for level in 0 2; do %clang_memscope -O$level %s -o program -L. -lbump -Wl,-rpath,%t.dir %link_memscope || exit 1; for stack in own other; do %python %S/Inputs/run_against_count.py %memscope ./program $stack 300 || exit 1; done; done
#define _GNU_SOURCE
#include <memscope/annotations.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>

static void *volatile kept;
static volatile long by_handlers;
static volatile sig_atomic_t handled;
static long allocations;

MEMSCOPE_TRACK __attribute__((noinline)) static void in_handler(void) {
  void *block = malloc(8);
  kept = block;
  by_handlers++;
  free(block);
}

static void on_signal(int number) {
  (void)number;
  in_handler();
  handled++;
}

MEMSCOPE_TRACK __attribute__((noinline)) static void inner(size_t size) {
  void *block = malloc(size);
  kept = block; /* or the optimiser would do without */
  allocations++;
  free(block);
}

MEMSCOPE_TRACK __attribute__((noinline)) static void outer(size_t size) {
  inner(size);
  void *block = malloc(size + 1);
  kept = block;
  allocations++;
  inner(size + 2);
  free(block);
}

int main(int argc, char **argv) {
  int other = argc > 1 && strcmp(argv[1], "other") == 0, wanted = atoi(argv[2]);
  stack_t stack = {.ss_sp = malloc(65536), .ss_size = 65536};
  sigaltstack(&stack, NULL);
  struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESTART | (other ? SA_ONSTACK : 0)};
  sigaction(SIGALRM, &action, NULL);
  struct itimerval often = {{0, 100}, {0, 100}}, never = {{0, 0}, {0, 0}};
  outer(16); /* the run has begun: what a handler does before that is not counted if nothing comes after it */
  setitimer(ITIMER_REAL, &often, NULL);
  while (handled < wanted)
    outer(16 + (size_t)(allocations % 7) * 8);
  setitimer(ITIMER_REAL, &never, NULL);
  printf("allocations=%ld releases=%ld dropped=1 handlers=%d\n", allocations + by_handlers, allocations + by_handlers,
         (int)handled);
}
