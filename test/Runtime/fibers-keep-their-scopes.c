// A scope that is entered on a fiber's stack counts while the thread runs on that stack: other fibers are not in it, and it goes
// on when the fiber does. Scopes of the thread's own stack count for its fibers, too. A model says of each allocation
// whether it is in a scope; fibers are switched by the C library or by some instructions of the program's, their stacks lie side
// by side or far from each other, below and above the thread's own.
// UNSUPPORTED: emulated
// RUN: rm -rf %t.dir && mkdir -p %t.dir && cd %t.dir
// RUN: %clang_memscope -O0 %s -o program-0 %link_memscope -pthread && %clang_memscope -O2 %s -o program-2 %link_memscope -pthread
// RUN: for how in library instructions; do %python %S/Inputs/run_against_count.py %memscope ./program-0 $how 3000 1 && %python %S/Inputs/run_against_count.py %memscope ./program-2 $how 20000 2 || exit 1; done
// RUN: env MEMSCOPE_OPTIONS=threads=nobody %python %S/Inputs/run_against_count.py %memscope ./program-2 instructions 3000 3
#define _GNU_SOURCE
#include <memscope/annotations.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <ucontext.h>

#define FIBERS 12
#define STACK_BYTES 65536
#define OUTSIDE 7 /* bytes of a block that no scope is open for */

struct fiber {
  char *stack;
  ucontext_t context;
  void *sp;
  int tracked, off; /* open scopes, and those that switch recording off */
  int ended;
};

static _Thread_local struct fiber fibers[FIBERS + 1]; /* the last one is the thread's own stack */
static _Thread_local int current;
static _Thread_local uint64_t seed;
static _Thread_local long steps;
static _Atomic long allocations;
static int by_instructions;
static void *volatile kept;

#if defined(__x86_64__)
__asm__(".text\n.type switch_stack,@function\nswitch_stack:\n"
        "pushq %rbp\npushq %rbx\npushq %r12\npushq %r13\npushq %r14\npushq %r15\n"
        "movq %rsp,(%rdi)\nmovq %rsi,%rsp\n"
        "popq %r15\npopq %r14\npopq %r13\npopq %r12\npopq %rbx\npopq %rbp\nret\n.size switch_stack,.-switch_stack\n");
#define SAVED_WORDS 8 /* and one that makes the stack pointer what it is behind a call */
#define ENTRY_WORD 6
#else
__asm__(".text\n.type switch_stack,%function\nswitch_stack:\n"
        "stp x29,x30,[sp,#-96]!\nstp x19,x20,[sp,#16]\nstp x21,x22,[sp,#32]\nstp x23,x24,[sp,#48]\nstp x25,x26,[sp,#64]\n"
        "stp x27,x28,[sp,#80]\nmov x2,sp\nstr x2,[x0]\nmov sp,x1\n"
        "ldp x19,x20,[sp,#16]\nldp x21,x22,[sp,#32]\nldp x23,x24,[sp,#48]\nldp x25,x26,[sp,#64]\nldp x27,x28,[sp,#80]\n"
        "ldp x29,x30,[sp],#96\nret\n.size switch_stack,.-switch_stack\n");
#define SAVED_WORDS 12
#define ENTRY_WORD 1
#endif
void switch_stack(void **from, void *to);

static unsigned pick(unsigned below) {
  seed = seed * 6364136223846793005u + 1442695040888963407u;
  return (unsigned)(seed >> 33) % below;
}

/* A fiber's scopes are inside of those on the thread's own stack. */
static int is_inside(void) {
  const struct fiber *own = &fibers[FIBERS], *here = &fibers[current];
  return own->off + here->off == 0 && own->tracked + here->tracked > 0;
}

__attribute__((noinline)) static void allocate(void) {
  int inside = is_inside();
  free(kept = malloc(inside ? 1000 + (size_t)current : OUTSIDE));
  allocations += inside;
}

static void switch_to(int next) {
  struct fiber *from = &fibers[current], *to = &fibers[next];
  if (next == current || to->ended)
    return;
  current = next;
  if (by_instructions)
    switch_stack(&from->sp, to->sp);
  else
    swapcontext(&from->context, &to->context);
}

static void act(int depth);

MEMSCOPE_TRACK static void in_scope(int depth) {
  int me = current;
  fibers[me].tracked++;
  act(depth + 1);
  fibers[me].tracked--;
}

MEMSCOPE_TRACK __attribute__((noinline)) static void in_another_scope(int depth) {
  volatile char frame[200] = {0};
  int me = current;
  fibers[me].tracked += 1 + frame[depth];
  act(depth + 1);
  fibers[me].tracked--;
}

MEMSCOPE_IGNORE static void switched_off(int depth) {
  int me = current;
  fibers[me].off++;
  act(depth + 1);
  fibers[me].off--;
}

/* The thread's own stack enters scopes only every now and then: all is tracked meanwhile. */
static void act(int depth) {
  int own = current == FIBERS;
  while (steps > 0 && pick(10) != 0) {
    steps--;
    switch (pick(own && pick(4) != 0 ? 4 : 8)) {
    default:
      allocate();
      break;
    case 2:
    case 3:
      switch_to((int)pick(FIBERS + 1));
      break;
    case 4:
    case 5:
      if (depth < 6)
        in_scope(depth);
      break;
    case 6:
      if (depth < 6)
        in_another_scope(depth);
      break;
    case 7:
      if (depth < 6)
        switched_off(depth);
      break;
    }
  }
}

static void run_fiber(void) {
  while (steps > 0) {
    act(0);
    allocate();
    switch_to((int)pick(FIBERS + 1));
  }
  for (;;) {
    switch_to(FIBERS);
    allocate();
  }
}

static void make(struct fiber *fiber) {
  if (!by_instructions) {
    getcontext(&fiber->context);
    fiber->context.uc_stack = (stack_t){.ss_sp = fiber->stack, .ss_size = STACK_BYTES};
    makecontext(&fiber->context, run_fiber, 0);
    return;
  }
  /* Where a function begins that was called: below an address that is no function's. */
  uintptr_t *sp = (uintptr_t *)(fiber->stack + STACK_BYTES) - 16 - SAVED_WORDS;
  memset(sp, 0, 16 * sizeof *sp);
  sp[ENTRY_WORD] = (uintptr_t)run_fiber;
  fiber->sp = sp;
}

static void *run_thread(void *argument) {
  seed = (uintptr_t)argument;
  steps = (long)(seed >> 8);
  char *side_by_side = malloc((size_t)FIBERS * STACK_BYTES);
  current = FIBERS;
  memset(fibers, 0, sizeof fibers);
  for (int i = 0; i < FIBERS; i++) {
    fibers[i].stack = side_by_side + (size_t)i * STACK_BYTES;
    if (i % 3 == 0)
      fibers[i].stack = mmap(NULL, STACK_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    make(&fibers[i]);
  }
  while (steps > 0) {
    act(0);
    allocate();
    switch_to((int)pick(FIBERS + 1));
  }
  /* Fibers end where they are, in scopes; their stacks become others'. */
  for (int i = 0; i < FIBERS; i += 3)
    munmap(fibers[i].stack, STACK_BYTES);
  free(side_by_side);
  return NULL;
}

int main(int argc, char **argv) {
  (void)argc;
  by_instructions = strcmp(argv[1], "instructions") == 0;
  uintptr_t count = (uintptr_t)atol(argv[2]);
  for (uintptr_t i = 1; i <= 2; i++) {
    void *argument = (void *)(count << 8 | ((uintptr_t)atol(argv[3]) + i));
    pthread_t thread;
    pthread_create(&thread, NULL, run_thread, argument);
    pthread_join(thread, NULL);
    run_thread(argument);
  }
  printf("allocations=%ld releases=%ld never=%d\n", allocations, allocations, OUTSIDE);
}
