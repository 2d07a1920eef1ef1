/* SPDX-License-Identifier: Apache-2.0
 *
 * call_stack.h: captures the calling thread's stack as return addresses, each one exact: a walk from frame to frame by
 * unwind rules, kept in a cache of the thread (rule_cache.h). It reads memory of the thread's own stack, whose bounds
 * do not change, and of another one, a signal's or a coroutine's, what the kernel says is readable; nothing of that is
 * remembered. It calls nothing that locks, allocates or touches the loader.
 *
 * The walker remembers its last walk. A new walk goes outwards only until it meets a frame it has been in, at the same
 * place with the same registers; the frames outside of that are verified instead of walked: the two words that each
 * step read must still be what they were. Those loads do not wait for one another, as the steps of a walk do. Where a
 * return address alone has changed, to another call of a function with the same frame, it is replaced.
 *
 * Thread: the owner of the walker. Cost: a frame met anew is a cache probe and three loads; a frame met again a load
 * and three operations on pairs of words; a rule not met before about a microsecond, once; on another stack two
 * microseconds more. Guarded by bench/ (short,
 * deep, mixed).
 */
#ifndef MS_CALL_STACK_H
#define MS_CALL_STACK_H

#include <stdbool.h>
#include <stdint.h>

#include "atomics.h"
#include "rule_cache.h"
#include "stack_layout.h"

#define MS_STACK_DEPTH_MAX 512u
/* Frames walked beyond the depth asked for: a recursion on its way back finds its outer frames remembered. */
#define MS_WALK_SLACK 32u
/* Remembered frames, and new ones behind them. Reserved, not touched: a thread pays for what it uses. */
#define MS_WALK_MAX (4u * MS_STACK_DEPTH_MAX)
#define MS_WALK_FIRST_ROOM 24u

/** A frame of the remembered walk: the registers in it, where its caller's were read, and the rule that said so. */
struct ms_walked_frame {
  uintptr_t sp, fp;
  uintptr_t back;  /* place of the caller's return address */
  uintptr_t saved; /* place of the caller's frame pointer; 0: still in its register */
  uint64_t factor; /* of the return address in the hash */
  /* All ones if this frame, or one outside of it, is found by the frame pointer; else 0: whatever is in the register, a
   * number of the program's perhaps, and `fp` may be of an earlier call. */
  uintptr_t fp_bits;
  struct ms_unwind_rule rule;
  uint32_t links; /* of this frame and all outside of it, and those that always hold */
};

/** Two words that are compared as one. */
typedef uint64_t ms_word_pair __attribute__((vector_size(16)));

/* Links are compared up to four at a time, from the inner end: the last few have these before them. */
#define MS_LINKS_BEFORE 3u

enum ms_link_kind {
  MS_LINK_CALL, /* the caller's return address, and its frame pointer if that stands below */
  MS_LINK_FP,   /* its frame pointer alone, in the second word */
  MS_LINK_CFA,  /* the inner frame's own CFA, in the second word */
};

/** What must still stand in memory if a remembered frame is to be called by the next one. */
struct ms_link {
  uintptr_t at;   /* of two words */
  uint32_t frame; /* the inner one */
  enum ms_link_kind kind;
  ms_word_pair expected, mask;
};

/* Most threads use less than a page of the arrays behind these; it need not be two. */
#define MS_FROM_PAGE _Alignas(4096)

/** What a thread keeps for its walks. Frames stand outermost first, so that the inner ones come and go at the end. */
struct ms_walker {
  uintptr_t stack_low, stack_high; /* bounds of the thread's own stack; 0, 0 where not known */
  uintptr_t other_low, other_high; /* what may be read of another one, a signal's or a coroutine's; 0, 0: none */
  uint64_t version; /* another number: frames have come, gone or changed, but for the innermost return address */
  uint64_t hash;    /* of the remembered return addresses */
  const struct ms_link *first_link, *links_end; /* those of the last capture's frames */
  uint32_t count;                               /* remembered frames */
  uint32_t top;                                 /* behind the last place for new frames ... */
  uint32_t room; /* ... and how far that is from the remembered ones: as few pages as the thread's walks need */
  uint8_t end;   /* how the walk ended behind the outermost of them, enum step in call_stack.c */
  bool unsteady; /* the last capture found other frames than were remembered: the next one may, too */
  bool fragile;  /* they lead through a signal frame, which two words do not verify, or over another stack */
  struct ms_rule_cache rules;
  uintptr_t pcs[MS_WALK_MAX];
  uint32_t numbers[MS_WALK_MAX]; /* of the pcs */
  /* outermost first, too; MS_LINKS_BEFORE that always hold, then one to three a frame */
  MS_FROM_PAGE struct ms_link links[3u * MS_WALK_MAX];
  MS_FROM_PAGE struct ms_walked_frame walked[MS_WALK_MAX];
};

/** A point in the program: the next frame's return address, and stack and frame pointer at it. */
struct ms_frame {
  uintptr_t pc, sp, fp;
};

/** A captured stack. */
struct ms_call_stack {
  const uintptr_t *frames; /* outermost first; valid until the next capture */
  const uint32_t *numbers; /* of the frames: equal ones are equal frames */
  uint32_t depth;
  uint32_t hash; /* ms_call_stack_hash of the frames */
  uint8_t flags; /* enum ms_stack_flags: cut or not */
};

/** Prepares the walker for the calling thread. */
void ms_walker_open(struct ms_walker *walker);
void ms_walker_close(struct ms_walker *walker);

/** Captures from `from` outwards, at most `depth_max` frames, the innermost ones. */
void ms_call_stack_capture(struct ms_walker *walker, struct ms_frame from, uint32_t depth_max,
                           struct ms_call_stack *stack);

/** Takes a stack that is known, innermost frame first, instead of a captured one. */
void ms_call_stack_take(struct ms_walker *walker, const void *const *given, size_t given_depth, uint32_t depth_max,
                        struct ms_call_stack *stack);

/** Makes a stack of one frame of what is there already; `pc` and `number` must stay as long as it does. What the walker
 *  remembers of the last walk stays. */
void ms_call_stack_single(struct ms_walker *walker, const uintptr_t *pc, uint32_t *number, struct ms_call_stack *stack);

/** Returns whether between `from` and the frame at `until`, further outwards, a signal has interrupted the code. What
 * is remembered stays. */
bool ms_call_stack_leads_through_signal(struct ms_walker *walker, struct ms_frame from, uintptr_t until);

/** Walks from `from` outwards and gives `visit` the place of each return address, until it says false or the stack
 * ends. What is remembered stays. */
void ms_call_stack_places(struct ms_walker *walker, struct ms_frame from, bool (*visit)(uintptr_t place, void *context),
                          void *context);

/** Forgets all rules and the last walk: after a module was unloaded. */
void ms_walker_forget(struct ms_walker *walker);

/** What of a link does not hold, in bits. */
static inline ms_word_pair ms_link_wrong(const struct ms_link *link) {
  ms_word_pair now;
  __builtin_memcpy(&now, (const void *)link->at, sizeof now);
  return (now ^ link->expected) & link->mask;
}

/** Returns whether all frames but the innermost are what they were in the last capture, given that the innermost one is
 * where it was. Not to be asked while `fragile`. Cost: seven instructions a frame, none of which waits for another. */
static inline __attribute__((always_inline)) bool ms_walker_holds(const struct ms_walker *walker) {
  ms_word_pair wrong = {0, 0};
  for (const struct ms_link *link = walker->links_end; link > walker->first_link; link -= 2)
    wrong |= ms_link_wrong(link - 1) | ms_link_wrong(link - 2); /* see MS_LINKS_BEFORE */
  return ms_likely((wrong[0] | wrong[1]) == 0);
}

/** Hashes frames, outermost first: the upper half of the sum of frame i times FACTOR^i, a sum in which one frame can be
 * changed without looking at the others. */
uint32_t ms_call_stack_hash(const uintptr_t *frames, uint32_t depth);

/** The frame of the function that called the one this stands in, which must keep a frame pointer. */
#define MS_CALLER_FRAME()                                                                                              \
  ((struct ms_frame){(uintptr_t)__builtin_return_address(0), MS_CALLER_SP(),                                           \
                     *(const uintptr_t *)__builtin_frame_address(0)})

#endif
