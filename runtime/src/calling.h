/* SPDX-License-Identifier: Apache-2.0
 *
 * calling.h: a call that is one event as a whole. While an entry runs the real function, what this allocates in
 * instrumented code is part of it: a program's own operator new calls malloc, and that is one block, not two. The same
 * holds inside an allocator of the program. What a signal handler allocates while such a call runs is no part of it; it
 * is counted as dropped, since the allocator below may be in any state.
 *
 * The mark is a frame address: whoever is called from below it is inside. One that longjmp or an exception left behind
 * lies below whoever looks at it, or is dropped where control arrives (ms_scope_unwound). Thread: the owner.
 */
#ifndef MS_CALLING_H
#define MS_CALLING_H

#include <stdbool.h>
#include <stdint.h>

#include "call_stack.h"
#include "local.h"
#include "scope.h"

/** Marks the frame; must be expanded in the function that makes the call. @return what is to be put back behind it. */
static inline __attribute__((always_inline)) uintptr_t ms_calling_begin(void) {
  uintptr_t frame = (uintptr_t)__builtin_frame_address(0), before = ms_local.calling;
  ms_local.calling = frame;
  return frame <= before ? before : 0; /* a mark below us was left behind */
}

static inline void ms_calling_end(const uintptr_t *before) { ms_local.calling = *before; }

/** Evaluates a call of a real function. The mark is taken back when an exception passes, too. */
#define MS_CALLING(call)                                                                                               \
  ({                                                                                                                   \
    __attribute__((cleanup(ms_calling_end), unused)) uintptr_t calling_before = ms_calling_begin();                    \
    (call);                                                                                                            \
  })

/** The same where ms_calling_records has said yes. A mark that is there all the same is of a call on another stack,
 * which a signal handler has interrupted. */
#define MS_CALLING_OUTERMOST(call)                                                                                     \
  ({                                                                                                                   \
    __attribute__((cleanup(ms_calling_end), unused)) uintptr_t calling_before = ms_local.calling;                      \
    ms_local.calling = (uintptr_t)__builtin_frame_address(0);                                                          \
    (call);                                                                                                            \
  })

/** Returns whether a call from a function with this frame is inside another one. */
static inline bool ms_calling_is_inside(const struct ms_local *local, uintptr_t frame) {
  return ms_unlikely(local->calling != 0) && frame <= local->calling;
}

/** Counts an event inside of a call that a signal handler has interrupted: it is not recorded with the call. */
MS_COLD void ms_calling_note_inside(struct ms_local *local, struct ms_frame from);

/** Returns whether the entry in which this is expanded records its call: the thread is tracked, and the call is not
 * part of another one. Cost in an untracked thread: a load and a branch. Guarded by bench/ (untracked). */
static inline __attribute__((always_inline)) bool ms_calling_records(struct ms_local *local) {
  if (!ms_scope_tracked(local))
    return false;
  if (ms_likely(!ms_calling_is_inside(local, (uintptr_t)__builtin_frame_address(0))))
    return true;
  ms_calling_note_inside(local, MS_CALLER_FRAME());
  return false;
}

#endif
