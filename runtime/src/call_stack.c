/* SPDX-License-Identifier: Apache-2.0
 *
 * call_stack.c: the walk.
 */
#include "call_stack.h"

#include <stdbool.h>
#include <string.h>

#include "atomics.h"
#include "memscope/trace_format.h"
#include "os.h"

#if defined(__x86_64__)
/* struct rt_sigframe: the stack pointer of a signal frame is at its ucontext; gregs begin at 40. */
#define SIGNAL_FP 120
#define SIGNAL_SP 160
#define SIGNAL_PC 168
#elif defined(__aarch64__)
/* siginfo (128), then ucontext; its registers x0.. begin at 184, sp and pc follow x30. */
#define SIGNAL_FP (128 + 184 + 29 * 8)
#define SIGNAL_SP (128 + 184 + 31 * 8)
#define SIGNAL_PC (128 + 184 + 32 * 8)
#endif

void ms_walker_open(struct ms_walker *walker) {
  walker->count = 0;
  memset(walker->rules, 0, sizeof walker->rules);
  (void)ms_os_stack_bounds(&walker->stack_low,
                           &walker->stack_high); /* unknown: every walk ends after its first frame */
}

void ms_walker_forget(struct ms_walker *walker) {
  walker->count = 0;
  memset(walker->rules, 0, sizeof walker->rules);
}

static MS_COLD struct ms_unwind_rule learn_rule(struct ms_cached_rule *cached, uintptr_t address) {
  const void *table = ms_os_unwind_table(address);
  if (!table) /* not kept: code may still come to this address */
    return (struct ms_unwind_rule){.kind = MS_RULE_UNKNOWN};
  cached->rule = ms_unwind_rule_read(table, address);
  cached->address = address;
  return cached->rule;
}

/* `address` lies inside the calling instruction. */
static inline struct ms_unwind_rule find_rule(struct ms_walker *walker, uintptr_t address) {
  struct ms_cached_rule *cached = &walker->rules[(address ^ address >> 7) & (MS_RULE_CACHE - 1)];
  return ms_likely(cached->address == address) ? cached->rule : learn_rule(cached, address);
}

static inline bool on_stack(const struct ms_walker *walker, uintptr_t address) {
  return address >= walker->stack_low && address < walker->stack_high - 7 && (address & 7) == 0;
}

static inline uintptr_t word(uintptr_t address) { return *(const uintptr_t *)address; }

/* From a signal handler's frame to what it interrupted. */
static MS_COLD bool step_signal(const struct ms_walker *walker, struct ms_frame *frame) {
  if (!on_stack(walker, frame->sp) || !on_stack(walker, frame->sp + SIGNAL_PC))
    return false;
  struct ms_frame next = {word(frame->sp + SIGNAL_PC), word(frame->sp + SIGNAL_SP), word(frame->sp + SIGNAL_FP)};
  *frame = next;
  return true;
}

enum step { STEP_CALL, STEP_INTERRUPTED, STEP_END, STEP_LOST };

/* One frame outwards. `before` says how the walk came to this one: an interrupted instruction is itself the place, a
 * return address stands behind it. Notes in `walked` what the step read. */
static inline enum step step(struct ms_walker *walker, struct ms_frame *frame, enum step before,
                             struct ms_walked_frame *walked) {
  struct ms_unwind_rule rule = find_rule(walker, frame->pc - (before == STEP_CALL));
  uintptr_t cfa = (rule.kind == MS_RULE_FROM_FP ? frame->fp : frame->sp) + (uintptr_t)(intptr_t)rule.cfa_offset;
  walked->sp = frame->sp;
  walked->fp = frame->fp;
  if (ms_unlikely(rule.kind != MS_RULE_FROM_FP && rule.kind != MS_RULE_FROM_SP)) {
    if (rule.kind == MS_RULE_SIGNAL)
      return step_signal(walker, frame) ? STEP_INTERRUPTED : STEP_LOST;
    return rule.kind == MS_RULE_OUTERMOST ? STEP_END : STEP_LOST;
  }
  uintptr_t back = cfa + (uintptr_t)(intptr_t)rule.return_offset, saved = cfa + (uintptr_t)(intptr_t)rule.fp_offset;
  /* Frames lie one above the other; what does not is no frame. */
  if (cfa <= frame->sp || !on_stack(walker, back) || (rule.fp_saved && !on_stack(walker, saved)))
    return STEP_LOST;
  walked->back = (const uintptr_t *)back;
  walked->saved = rule.fp_saved ? (const uintptr_t *)saved : NULL;
  frame->pc = word(back);
  if (rule.fp_saved)
    frame->fp = word(saved);
  frame->sp = cfa;
  return frame->pc != 0 ? STEP_CALL : STEP_END; /* a return address of 0 is the other mark of an outermost frame */
}

/* Drops remembered frames that are gone, and says whether the innermost one left is this one. */
static inline bool meets_memory(struct ms_walker *walker, const struct ms_frame *frame) {
  while (walker->count > 0 && walker->walked[walker->count - 1].sp < frame->sp)
    walker->count--;
  if (walker->count == 0)
    return false;
  const struct ms_walked_frame *last = &walker->walked[walker->count - 1];
  return last->sp == frame->sp && last->fp == frame->fp && walker->pcs[walker->count - 1] == frame->pc;
}

/* Returns whether the `wanted` innermost remembered frames still lead to one another, and are all that is wanted. */
static inline bool memory_holds(const struct ms_walker *walker, uint32_t wanted) {
  if (walker->count < wanted) {
    if (walker->end == STEP_CALL) /* more were there than have been walked */
      return false;
    wanted = walker->count;
  }
  for (uint32_t i = walker->count - 1; wanted > 1; i--, wanted--) {
    const struct ms_walked_frame *inner = &walker->walked[i], *outer = &walker->walked[i - 1];
    if (*inner->back != walker->pcs[i - 1] || (inner->saved && *inner->saved != outer->fp))
      return false;
  }
  return true;
}

/* Walks from `frame` until the walk ends, has `limit` frames, or meets memory. New frames stand at the end of the
 * arrays, outermost first like all others. @return their number; `*how` tells the end, STEP_CALL at the limit. */
static inline uint32_t walk(struct ms_walker *walker, struct ms_frame frame, uint32_t limit, bool *met,
                            enum step *how) {
  uint32_t fresh = 0;
  *how = STEP_CALL;
  do {
    *met = *how == STEP_CALL && meets_memory(walker, &frame);
    if (*met)
      return fresh;
    uint32_t at = MS_WALK_MAX - ++fresh;
    walker->pcs[at] = frame.pc;
    *how = step(walker, &frame, *how, &walker->walked[at]);
    walker->fragile |= *how == STEP_INTERRUPTED;
  } while (*how < STEP_END && fresh < limit);
  return fresh;
}

/* Puts the new frames behind the remembered ones. */
static inline void remember(struct ms_walker *walker, uint32_t fresh) {
  uint32_t from = MS_WALK_MAX - fresh, to = walker->count;
  uint32_t hash = to > 0 ? walker->walked[to - 1].hash : 0;
  for (; from < MS_WALK_MAX; from++, to++) {
    walker->pcs[to] = walker->pcs[from];
    walker->walked[to] = walker->walked[from];
    walker->walked[to].hash = hash = ms_call_stack_hash(hash, walker->pcs[to]);
  }
  walker->count = to;
}

void ms_call_stack_capture(struct ms_walker *walker, struct ms_frame from, uint32_t depth_max,
                           struct ms_call_stack *stack) {
  uint32_t limit = depth_max + MS_WALK_SLACK;
  if (ms_unlikely(walker->fragile || walker->count + limit > MS_WALK_MAX))
    walker->count = 0;
  walker->fragile = false;
  enum step how;
  bool met;
  uint32_t fresh = walk(walker, from, limit, &met, &how);
  if (met && !memory_holds(walker, depth_max > fresh ? depth_max - fresh : 1)) {
    walker->count = 0;
    fresh = walk(walker, from, limit, &met, &how);
  }
  if (!met) {
    walker->count = 0;
    walker->end = (uint8_t)how;
  }
  stack->same = met && fresh == 0 && walker->count == walker->last_count;
  remember(walker, fresh);
  walker->last_count = walker->count;

  uint32_t depth = walker->count < depth_max ? walker->count : depth_max;
  stack->depth = depth;
  stack->frames = walker->pcs + (walker->count - depth);
  stack->flags = walker->count > depth ? MS_STACK_CUT_DEPTH : walker->end == STEP_LOST ? MS_STACK_CUT_FOREIGN : 0;
  stack->hash = walker->walked[walker->count - 1].hash;
  if (walker->count > depth) {
    stack->hash = 0;
    for (uint32_t i = 0; i < depth; i++)
      stack->hash = ms_call_stack_hash(stack->hash, stack->frames[i]);
  }
}
