/* SPDX-License-Identifier: Apache-2.0
 *
 * fibers.h: the scopes that are open on stacks which are not the thread's own: a fiber's stack keeps its scopes while
 * the thread runs on another one. Nobody says where such a stack begins and ends, and two of them may lie side by side,
 * so what is known of one is what a walk has gone through: return addresses one above the other, each called by the
 * next.
 *
 * Thread: the owner, with signals held. Off the ordinary path: a thread without such scopes has nothing of this.
 */
#ifndef MS_FIBERS_H
#define MS_FIBERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "call_stack.h"
#include "local.h"

/** A stack on which scopes are open. */
struct ms_fiber {
  uintptr_t low, high; /* what is known to be of it */
  bool whole;          /* it begins at `high`: nothing is outside of that */
  uint32_t count;
  struct ms_scope_entry scopes[MS_SCOPES_MAX];
  uintptr_t returns[MS_SCOPES_MAX]; /* the return address above each scope's frame */
};

/** Returns on how many such stacks scopes are open. Precondition: local->fibers. */
size_t ms_fibers_count(const struct ms_local *local);

/** Makes local->fiber the stack that code runs on is at `at`, and at `from`: NULL where that is the thread's
 *  own, or one without open scopes. A signal's stack belongs to what the signal has interrupted.
 *  @param from where a walk can begin; NULL: none can be made, as in a handler that has interrupted the recorder.
 *  @param make whether one without open scopes is to be one with; NULL again where memory is refused. */
struct ms_fiber *ms_fibers_choose(struct ms_local *local, uintptr_t at, const struct ms_frame *from, bool make);

/** Moves scopes to the stacks that they are on, now that the thread's own is known. */
void ms_fibers_sort_out(struct ms_local *local);

/** Keeps what stands above a scope's frame, the last one of a stack. */
void ms_fiber_note(struct ms_fiber *fiber);

/** Gives up local->fiber if no scope is open on it any more. */
void ms_fibers_settle(struct ms_local *local);

/** Forgets all: the thread ends. */
void ms_fibers_end(struct ms_local *local);

#endif
