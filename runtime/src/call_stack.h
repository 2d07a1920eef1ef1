/* SPDX-License-Identifier: Apache-2.0
 *
 * call_stack.h: captures the calling thread's stack as return addresses, each one exact: a walk from frame to frame by
 * unwind rules, kept in a small cache of the thread. It reads stack memory within the thread's bounds only and calls
 * nothing that locks, allocates or touches the loader.
 *
 * The walker remembers its last walk. A new walk goes outwards only until it meets a frame it has been in, at the same
 * place with the same registers; the frames outside of that are verified instead of walked: the two words that each
 * step read must still be what they were. Those loads do not wait for one another, as the steps of a walk do.
 *
 * Thread: the owner of the walker. Cost: a frame met anew is a cache probe and three loads; a frame met again two loads
 * and two compares; a rule not met before about a microsecond, once.
 */
#ifndef MS_CALL_STACK_H
#define MS_CALL_STACK_H

#include <stdbool.h>
#include <stdint.h>

#include "unwind_rules.h"

#define MS_STACK_DEPTH_MAX 512u
#define MS_RULE_CACHE 128u
/* Frames walked beyond the depth asked for: a recursion on its way back finds its outer frames remembered. */
#define MS_WALK_SLACK 32u
/* Remembered frames from the front, new ones from the end. Reserved, not touched: a thread pays for what it uses. */
#define MS_WALK_MAX (4u * MS_STACK_DEPTH_MAX)

struct ms_cached_rule {
  uintptr_t address;
  struct ms_unwind_rule rule;
};

/** A frame of the remembered walk: the registers in it, and where its caller's were read. */
struct ms_walked_frame {
  uintptr_t sp, fp;
  const uintptr_t *back;  /* holds the caller's return address */
  const uintptr_t *saved; /* holds the caller's frame pointer; NULL: still in its register */
  uint32_t hash;          /* of the return addresses from the outermost frame to this one */
};

/** What a thread keeps for its walks. Frames stand outermost first, so that the inner ones come and go at the end. */
struct ms_walker {
  uintptr_t stack_low, stack_high; /* bounds of the thread's own stack; 0, 0 where not known */
  uint32_t count;                  /* remembered frames */
  uint32_t last_count;             /* after the last capture: fewer have survived since, or all */
  uint8_t end;                     /* how the walk ended behind the outermost of them, enum step in call_stack.c */
  bool fragile;                    /* they lead through a signal frame, which two words do not verify */
  uintptr_t pcs[MS_WALK_MAX];
  struct ms_walked_frame walked[MS_WALK_MAX];
  struct ms_cached_rule rules[MS_RULE_CACHE];
};

/** A point in the program: the next frame's return address, and stack and frame pointer at it. */
struct ms_frame {
  uintptr_t pc, sp, fp;
};

/** A captured stack. */
struct ms_call_stack {
  const uintptr_t *frames; /* outermost first; valid until the next capture */
  uint32_t depth;
  uint32_t hash; /* of the frames */
  uint8_t flags; /* enum ms_stack_flags: cut or not */
  bool same;     /* it is the stack of the capture before, frame by frame */
};

/** Prepares the walker for the calling thread. */
void ms_walker_open(struct ms_walker *walker);

/** Captures from `from` outwards, at most `depth_max` frames, the innermost ones. */
void ms_call_stack_capture(struct ms_walker *walker, struct ms_frame from, uint32_t depth_max,
                           struct ms_call_stack *stack);

/** Forgets all rules and the last walk: after a module was unloaded. */
void ms_walker_forget(struct ms_walker *walker);

/** Folds one more frame into a hash; start with 0. */
static inline uint32_t ms_call_stack_hash(uint32_t hash, uintptr_t frame) {
  uint64_t mixed = ((uint64_t)hash ^ frame) * 0x9e3779b97f4a7c15u;
  return (uint32_t)(mixed >> 32);
}

/** The frame of the function that called the one this stands in, which must keep a frame pointer. */
#define MS_CALLER_FRAME()                                                                                              \
  ((struct ms_frame){(uintptr_t)__builtin_return_address(0),                                                           \
                     (uintptr_t)__builtin_frame_address(0) + 2 * sizeof(void *),                                       \
                     *(const uintptr_t *)__builtin_frame_address(0)})

#endif
