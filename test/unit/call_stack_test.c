/* SPDX-License-Identifier: Apache-2.0
 *
 * call_stack_test.c: each captured stack equals, frame by frame, what libgcc's unwinder finds at the same place: through
 * random recursion with and without frame pointers, libc's qsort and bsearch, threads, frames whose callers change, and
 * signal handlers, also those that interrupt a function without a frame of its own.
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <unwind.h>

#include "call_stack.h"
#include "check.h"
#include "memscope/trace_format.h"

static _Thread_local struct ms_walker walker;
static unsigned compared, deepest;

struct expectation {
  uintptr_t frames[512];
  uint32_t depth;
};

static _Unwind_Reason_Code expect_frame(struct _Unwind_Context *context, void *list) {
  struct expectation *expected = list;
  int interrupted;
  uintptr_t pc = (uintptr_t)_Unwind_GetIPInfo(context, &interrupted);
  if (pc == 0 || expected->depth == 512)
    return _URC_END_OF_STACK;
  expected->frames[expected->depth++] = pc + (interrupted != 0);
  return _URC_NO_REASON;
}

/* Both walks start here: the other one's first frame lies in this function, ours is its caller. */
__attribute__((noinline, no_sanitize("all"))) static void compare(void) {
  struct expectation expected = {.depth = 0};
  struct ms_call_stack stack;
  _Unwind_Backtrace(expect_frame, &expected);
  ms_call_stack_capture(&walker, MS_CALLER_FRAME(), 512, &stack);
  CHECK(stack.flags == 0);
  CHECK(stack.depth == expected.depth - 1);
  for (uint32_t i = 0; i < stack.depth; i++)
    CHECK(stack.frames[stack.depth - 1 - i] == expected.frames[i + 1]);
  CHECK(walker.fragile || ms_walker_holds(&walker));
  compared++;
  deepest = stack.depth > deepest ? stack.depth : deepest;
}

static unsigned next(unsigned *random) {
  *random = *random * 1664525u + 1013904223u;
  return *random >> 16;
}

static void wander(unsigned *random, int depth);

__attribute__((noinline)) static void with_large_frame(unsigned *random, int depth) {
  volatile char buffer[600];
  buffer[depth % 600] = 1;
  wander(random, depth);
  buffer[(depth + 1) % 600] = buffer[depth % 600];
}

/* A frame whose size is known at run time only needs a frame pointer, whatever the flags say. */
__attribute__((noinline)) static void with_variable_frame(unsigned *random, int depth) {
  volatile char buffer[next(random) % 300 + 1];
  buffer[0] = 1;
  wander(random, depth);
  buffer[0] = 2;
}

struct seed {
  unsigned random;
  int depth;
};

static _Thread_local struct seed pending;

static int compare_elements(const void *a, const void *b) {
  if (pending.depth > 0) { /* the first comparison goes on with the walk */
    struct seed seed = pending;
    pending.depth = 0;
    wander(&seed.random, seed.depth);
  }
  return *(const int *)a - *(const int *)b;
}

__attribute__((noinline)) static void through_qsort(unsigned *random, int depth) {
  int numbers[9] = {5, 3, 8, 1, 9, 2, 7, 4, 6};
  pending = (struct seed){next(random), depth};
  qsort(numbers, 9, sizeof numbers[0], compare_elements);
}

__attribute__((noinline)) static void through_bsearch(unsigned *random, int depth) {
  int numbers[4] = {1, 2, 3, 4}, wanted = 3;
  pending = (struct seed){next(random), depth};
  CHECK(bsearch(&wanted, numbers, 4, sizeof numbers[0], compare_elements) != NULL);
}

static _Thread_local char *guarded; /* a page that cannot be read until a signal handler has run */

/* A leaf: where a register holds return addresses, it saves nothing. */
__attribute__((noinline)) static char read_byte(const volatile char *at) { return *at; }

static void on_signal(int number) {
  if (number == SIGSEGV)
    CHECK(mprotect(guarded, 1, PROT_READ) == 0);
  struct seed seed = pending;
  pending.depth = 0;
  wander(&seed.random, seed.depth);
}

__attribute__((noinline)) static void through_signal(unsigned *random, int depth) {
  pending = (struct seed){next(random), depth};
  raise(SIGUSR1);
}

__attribute__((noinline)) static void through_fault(unsigned *random, int depth) {
  pending = (struct seed){next(random), depth};
  CHECK(mprotect(guarded, 1, PROT_NONE) == 0);
  CHECK(read_byte(guarded) == 0);
}

__attribute__((noinline)) static void wander(unsigned *random, int depth) {
  if (depth <= 0) {
    compare();
    return;
  }
  switch (next(random) % 7) {
  case 0:
    with_large_frame(random, depth - 1);
    break;
  case 1:
    with_variable_frame(random, depth - 1);
    break;
  case 2:
    through_qsort(random, depth - 1);
    break;
  case 3:
    through_bsearch(random, depth - 1);
    break;
  case 4:
    through_signal(random, depth / 2);
    break;
  case 5:
    through_fault(random, depth / 2);
    break;
  default:
    wander(random, depth - 1);
  }
  compare();
}

/* One frame that is always at the same place, called from two places in a frame that moves. */
__attribute__((noinline)) static void at_one_place(void) {
  static volatile int size = 16; /* not known to the compiler: the frame has a frame pointer */
  volatile char buffer[size];
  buffer[0] = 1;
  compare();
  buffer[0] = 2;
}

__attribute__((noinline)) static void between(int size, bool first) {
  volatile char buffer[size];
  if (first) {
    buffer[0] = 1;
    at_one_place();
  } else {
    at_one_place();
    buffer[0] = 2;
  }
}

__attribute__((noinline)) static void around(int size, bool first) {
  volatile char buffer[256 - size];
  buffer[0] = 1;
  between(size, first);
  buffer[0] = 2;
}

static void *run(void *argument) {
  unsigned random = (unsigned)(uintptr_t)argument;
  ms_walker_open(&walker);
  CHECK(walker.stack_high > walker.stack_low);
  guarded = mmap(NULL, 1, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  CHECK(guarded != MAP_FAILED);
  for (int i = 0; i < 1000; i++)
    wander(&random, 1 + i % 40);
  for (int i = 0; i < 100; i++)
    around(16 * (1 + i / 2 % 4), i % 2 == 0);
  return NULL;
}

static void a_cut_stack_is_marked(void) {
  struct ms_call_stack stack;
  ms_call_stack_capture(&walker, MS_CALLER_FRAME(), 1, &stack);
  CHECK(stack.depth == 1 && stack.flags == MS_STACK_CUT_DEPTH);
}

int main(void) {
  struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_NODEFER};
  sigaction(SIGUSR1, &action, NULL);
  sigaction(SIGSEGV, &action, NULL);
  run((void *)1);
  a_cut_stack_is_marked();
  pthread_t thread;
  CHECK(pthread_create(&thread, NULL, run, (void *)2) == 0);
  pthread_join(thread, NULL);
  printf("%u stacks compared, the deepest of %u frames\n", compared, deepest);
  CHECK(compared > 10000);
  return 0;
}
