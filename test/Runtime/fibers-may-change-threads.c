// A fiber that another thread resumes is outside of the scopes that it had entered before, until it enters one there or the first
// thread resumes it; nothing else comes of it.
// UNSUPPORTED: emulated
// RUN: rm -rf %t.dir && mkdir -p %t.dir && cd %t.dir
// RUN: for level in 0 2; do %clang_memscope -O$level %s -o program %link_memscope -pthread && %python %S/Inputs/run_against_count.py %memscope ./program 2000 || exit 1; done
#define _GNU_SOURCE
#include <memscope/annotations.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <ucontext.h>

#define FIBERS 6
#define STACK_BYTES 65536

static ucontext_t fibers[FIBERS], resumer;
static int current, turns;
static long allocations;
static void *volatile kept;
static pthread_barrier_t barrier;

__attribute__((noinline)) static void allocate(size_t size) { free(kept = malloc(size)); }

static void yield(void) { swapcontext(&fibers[current], &resumer); }

/* Three threads take turns, so that a fiber is resumed by each of them, one after the other. */
MEMSCOPE_TRACK __attribute__((noinline)) static void scope(void) {
  allocate(50);
  allocations++;
  yield();
  allocate(7);
  yield();
  allocate(7);
  yield();
  allocate(60); /* back in the first one */
  allocations++;
}

static void run_fiber(void) {
  for (;;) {
    allocate(7);
    scope();
    allocate(7);
  }
}

static void *take_turns(void *number) {
  for (int turn = 0; turn < turns; turn++) {
    pthread_barrier_wait(&barrier);
    if (turn % 3 == (int)(size_t)number)
      for (current = 0; current < FIBERS; current++)
        swapcontext(&resumer, &fibers[current]);
    pthread_barrier_wait(&barrier);
  }
  return NULL;
}

int main(int argc, char **argv) {
  turns = argc > 1 ? atoi(argv[1]) : 0;
  char *stacks = malloc(FIBERS * STACK_BYTES);
  pthread_t threads[2];
  pthread_barrier_init(&barrier, NULL, 3);
  for (int i = 0; i < FIBERS; i++) {
    getcontext(&fibers[i]);
    fibers[i].uc_stack = (stack_t){.ss_sp = stacks + i * STACK_BYTES, .ss_size = STACK_BYTES};
    makecontext(&fibers[i], run_fiber, 0);
  }
  for (size_t i = 0; i < 2; i++)
    pthread_create(&threads[i], NULL, take_turns, (void *)(i + 1));
  take_turns(NULL);
  for (int i = 0; i < 2; i++)
    pthread_join(threads[i], NULL);
  printf("allocations=%ld releases=%ld never=7\n", allocations, allocations);
}
