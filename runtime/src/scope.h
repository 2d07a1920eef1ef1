/* SPDX-License-Identifier: Apache-2.0
 *
 * scope.h: is this thread tracked now? Annotated functions open and close scopes, which switch recording on or off; a
 * thread may also be tracked as a whole. Inside a scope that switches it off nothing switches it on again.
 *
 * A scope is known by the frame address of its function, which keeps a frame of its own (the pass forbids inlining it).
 * Frames of open scopes lie one below the other, so a scope that was left without its exit hook (longjmp, an exception)
 * is recognised and closed: by the next hook called from a frame above it, and at once where the pass marked the place
 * at which control arrives. A scope that was entered on another stack than the thread's own is one of that stack
 * (fibers.h): it counts while the thread runs there. Those of the thread's own count always. Thread: the owner.
 */
#ifndef MS_SCOPE_H
#define MS_SCOPE_H

#include <stdbool.h>
#include <stdint.h>

#include "atomics.h"
#include "thread_state.h"

/** Decides what a thread is that no hook has run in: by the options track, threads and every, and by the program's
 *  filter. @return tracked or not. */
bool ms_scope_decide(struct ms_local *local);

/** Returns whether hooks record in this thread, as far as its mode tells. Cost: a load and a branch. Guarded by bench/
 *  (untracked). */
static inline bool ms_scope_tracked(struct ms_local *local) {
  if (ms_likely(local->mode == MS_MODE_UNTRACKED))
    return false;
  return local->mode == MS_MODE_TRACKED || ms_scope_decide(local);
}

bool ms_scope_close_abandoned(struct ms_local *local, const struct ms_frame *from);

/** Closes scopes that were left without their exit hook, and tells whether the code at `from`, which called an entry,
 * is in one. Its place on the stack is the stack pointer at the call, since the frame pointer may hold anything there.
 * A scope that is below the caller was called from it, so it lies below that stack pointer, too, unless the caller's
 * frame has grown since (alloca): then this hook does not see that the scope was left. Where instrumented code catches
 * it does not matter: __memscope_scope_unwound has closed the scope when control arrived.
 *  @return whether it is tracked. Cost: a compare; every event has it. Guarded by bench/ (short). */
static inline bool ms_scope_still_open(struct ms_local *local, const struct ms_frame *from) {
  return ms_likely(from->sp <= local->scope_frame) || ms_scope_close_abandoned(local, from);
}

/** Says anew what the scopes of one stack are, each inside of the one before. */
void ms_scope_nest(const struct ms_local *local, struct ms_scope_entry *entries, uint32_t count);

/** Says where the thread's own stack is: scopes that are not there are on fibers' stacks (fibers.h). */
void ms_scope_know_stack(struct ms_local *local, uintptr_t low, uintptr_t high);

/** Puts into `parameters` what the open scopes ask for, and the variable that the thread was created into: of each
 *  parameter what the innermost of them says that has it. The others stay as they are. */
void ms_scope_parameters(const struct ms_local *local, struct ms_parameters *parameters);

/** Sets the function that is asked whether a thread is tracked; NULL: none. */
void ms_scope_set_filter(bool (*filter)(void *), void *context);

/** Sets what the thread is outside all scopes. */
void ms_scope_set_base(struct ms_local *local, enum ms_mode mode);

/** Tracks the calling thread from now on to its end, as the variable's annotation says. */
void ms_scope_begin_thread(struct __memscope_scope *scope);

/** Returns what is asked for a thread that the caller of a hook, with this frame, creates into `variable`, which is at
 *  most `offset` bytes into the annotated one; NULL: nothing. */
struct __memscope_scope *ms_scope_of_variable(struct ms_local *local, uintptr_t frame, const void *variable,
                                              size_t offset);

#endif
