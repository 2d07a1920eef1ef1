/* SPDX-License-Identifier: Apache-2.0
 *
 * random_stacks.h: what the sources that random_stacks.py writes have in common. Their functions take a walk, which is
 * the chance and the bounds of all that happens, and a depth that gets smaller with each call, so that every program
 * ends; and they call each other, whatever compiler and flags they were made with.
 */
#ifndef RANDOM_STACKS_H
#define RANDOM_STACKS_H

#include <setjmp.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/** What a jump or an exception brings back to what it was. */
struct state {
  int quiet;               /* > 0: nothing may throw or jump through the frames that are there now */
  int tries;               /* frames that catch */
  struct landing *landing; /* where a longjmp may go */
};

struct walk {
  unsigned chance;
  int fuel, calls; /* allocations and calls that are left */
  int pending;     /* the depth that a callback goes on with; 0: it has been called before */
  int silent;      /* allocates nothing: its instructions are taken one by one */
  int interrupts;  /* it may have interrupted an allocation: what allocates by itself is left out, and an event may be lost */
  struct state state;
};

struct landing {
  jmp_buf place;
  struct walk *walk;
  struct state before;
};

typedef int function(struct walk *walk, int n);

unsigned choose(struct walk *walk, unsigned count);
int go_on(struct walk *walk);
/** Returns a size that no other allocation has, or 0: none is wanted. */
size_t ticket(struct walk *walk);
/** Calls one of all functions. */
function anywhere;
/** Calls one of the functions that allocate. */
int allocate(struct walk *walk);
/** The walk of the thread, or of the signal handler in it. */
struct walk *current(void);
/** Returns whether a callback is to go on, and how deep. */
int take_pending(struct walk *walk);

/* Ways to a random function that the C library has a part in, or the kernel. */
function jump, leave, through_signal, through_alternate_stack, through_context, through_stream, through_modules;

#ifdef __cplusplus
}
#endif
#endif
