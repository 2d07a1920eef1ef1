/* SPDX-License-Identifier: Apache-2.0
 *
 * call_stack.h: captures the calling thread's stack as return addresses, each one exact: a walk from frame to frame by
 * unwind rules, kept in a small cache of the thread. It reads stack memory within the thread's bounds only and calls
 * nothing that locks, allocates or touches the loader.
 *
 * Thread: the owner of the walker. Cost of a frame: a cache probe and three loads; a rule not met before costs about
 * a microsecond once.
 */
#ifndef MS_CALL_STACK_H
#define MS_CALL_STACK_H

#include <stdint.h>

#include "unwind_rules.h"

#define MS_STACK_DEPTH_MAX 512u
#define MS_RULE_CACHE 128u

struct ms_cached_rule {
  uintptr_t address;
  struct ms_unwind_rule rule;
};

/** What a thread keeps for its walks. */
struct ms_walker {
  uintptr_t stack_low, stack_high; /* bounds of the thread's own stack; 0, 0 where not known */
  struct ms_cached_rule rules[MS_RULE_CACHE];
};

/** A point in the program: the next frame's return address, and stack and frame pointer at it. */
struct ms_frame {
  uintptr_t pc, sp, fp;
};

/** A captured stack. */
struct ms_call_stack {
  uint32_t depth;
  uint8_t flags; /* enum ms_stack_flags: cut or not */
  uintptr_t frames[MS_STACK_DEPTH_MAX];
};

/** Prepares the walker for the calling thread. */
void ms_walker_open(struct ms_walker *walker);

/** Captures from `from` outwards, at most `depth_max` frames. */
void ms_call_stack_capture(struct ms_walker *walker, struct ms_frame from, uint32_t depth_max,
                           struct ms_call_stack *stack);

/** Forgets all rules: after a module was unloaded. */
void ms_walker_forget(struct ms_walker *walker);

/** The frame of the function that called the one this stands in, which must keep a frame pointer. */
#define MS_CALLER_FRAME()                                                                                              \
  ((struct ms_frame){(uintptr_t)__builtin_return_address(0),                                                           \
                     (uintptr_t)__builtin_frame_address(0) + 2 * sizeof(void *),                                       \
                     *(const uintptr_t *)__builtin_frame_address(0)})

#endif
