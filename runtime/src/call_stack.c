/* SPDX-License-Identifier: Apache-2.0
 *
 * call_stack.c: the walk.
 */
#include "call_stack.h"

#include <stdbool.h>
#include <string.h>

#include "atomics.h"
#include "memscope/trace_format.h"
#include "modules.h"
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
  memset(walker, 0, sizeof *walker);
  (void)ms_os_stack_bounds(&walker->stack_low,
                           &walker->stack_high); /* unknown: every walk ends after its first frame */
}

void ms_walker_forget(struct ms_walker *walker) { memset(walker->rules, 0, sizeof walker->rules); }

static MS_COLD struct ms_unwind_rule learn_rule(struct ms_cached_rule *cached, uintptr_t address) {
  const void *table = ms_modules_unwind_table(address);
  if (!table) /* not kept: a library loaded just now is listed soon */
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
 * return address stands behind it. */
static inline enum step step(struct ms_walker *walker, struct ms_frame *frame, enum step before) {
  struct ms_unwind_rule rule = find_rule(walker, frame->pc - (before == STEP_CALL));
  uintptr_t cfa = (rule.kind == MS_RULE_FROM_FP ? frame->fp : frame->sp) + (uintptr_t)(intptr_t)rule.cfa_offset;
  if (ms_unlikely(rule.kind != MS_RULE_FROM_FP && rule.kind != MS_RULE_FROM_SP)) {
    if (rule.kind == MS_RULE_SIGNAL)
      return step_signal(walker, frame) ? STEP_INTERRUPTED : STEP_LOST;
    return rule.kind == MS_RULE_OUTERMOST ? STEP_END : STEP_LOST;
  }
  uintptr_t back = cfa + (uintptr_t)(intptr_t)rule.return_offset, saved = cfa + (uintptr_t)(intptr_t)rule.fp_offset;
  /* Frames lie one above the other; what does not is no frame. */
  if (cfa <= frame->sp || !on_stack(walker, back) || (rule.fp_saved && !on_stack(walker, saved)))
    return STEP_LOST;
  frame->pc = word(back);
  if (rule.fp_saved)
    frame->fp = word(saved);
  frame->sp = cfa;
  return frame->pc != 0 ? STEP_CALL : STEP_END; /* a return address of 0 is the other mark of an outermost frame */
}

void ms_call_stack_capture(struct ms_walker *walker, struct ms_frame from, uint32_t depth_max,
                           struct ms_call_stack *stack) {
  enum step how = STEP_CALL;
  uint32_t depth = 0;
  stack->flags = 0;
  for (;;) {
    stack->frames[depth++] = from.pc;
    how = step(walker, &from, how);
    if (how >= STEP_END) {
      stack->flags = how == STEP_END ? 0 : MS_STACK_CUT_FOREIGN;
      break;
    }
    if (depth == depth_max) {
      stack->flags = MS_STACK_CUT_DEPTH;
      break;
    }
  }
  stack->depth = depth;
}
