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

/* Odd, with bits all over: the powers of the golden ratio. */
#define FACTOR 0x9e3779b97f4a7c15u

static void forget_walk(struct ms_walker *walker) {
  walker->count = 0;
  walker->hash = 0;
  walker->version++;
}

void ms_walker_open(struct ms_walker *walker) {
  ms_rule_cache_open(&walker->rules);
  forget_walk(walker);
  walker->room = MS_WALK_FIRST_ROOM;
  for (unsigned i = 0; i < MS_LINKS_BEFORE; i++)
    walker->links[i].at = (uintptr_t)&walker->links[i];
  (void)ms_os_stack_bounds(&walker->stack_low, &walker->stack_high); /* unknown: it is read as another one would be */
}

void ms_walker_close(struct ms_walker *walker) { ms_rule_cache_close(&walker->rules); }

void ms_walker_forget(struct ms_walker *walker) {
  forget_walk(walker);
  ms_rule_cache_forget(&walker->rules);
}

static inline bool on_own_stack(const struct ms_walker *walker, uintptr_t address) {
  return address - walker->stack_low < walker->stack_high - walker->stack_low;
}

#define OTHER_STACK_MAX (64 * MS_PROBE_BYTES)

/* The walk comes to a stack pointer on another stack, of which no bounds are known: from there on it may read what is
 * readable. */
static MS_COLD void begin_other_stack(struct ms_walker *walker, uintptr_t sp) {
  walker->other_low = walker->other_high = sp & ~(MS_PROBE_BYTES - 1);
}

static MS_COLD bool on_other_stack(struct ms_walker *walker, uintptr_t address) {
  if (address - walker->other_low >= OTHER_STACK_MAX)
    return false;
  while (address >= walker->other_high) {
    uintptr_t end = ms_os_readable_end(walker->other_high, MS_PROBES_MAX);
    if (end == walker->other_high)
      return false;
    walker->other_high = end;
  }
  return true;
}

static inline bool on_stack(struct ms_walker *walker, uintptr_t address) {
  return (address & 7) == 0 && (ms_likely(on_own_stack(walker, address)) || on_other_stack(walker, address));
}

static inline uintptr_t word(uintptr_t address) { return *(const uintptr_t *)address; }

/* From a signal handler's frame to what it interrupted. A return address stands behind its call, and so an address
 * inside of the interrupted instruction stands for that. */
static MS_COLD bool step_signal(struct ms_walker *walker, struct ms_frame *frame) {
  if (!on_stack(walker, frame->sp) || !on_stack(walker, frame->sp + MS_SIGNAL_PC))
    return false;
  struct ms_frame next = {word(frame->sp + MS_SIGNAL_PC) + 1, word(frame->sp + MS_SIGNAL_SP),
                          word(frame->sp + MS_SIGNAL_FP)};
  if (!on_own_stack(walker, next.sp))
    begin_other_stack(walker, next.sp);
  *frame = next;
  return true;
}

static bool is_signal_return(struct ms_walker *walker, const struct ms_frame *frame) {
  return on_stack(walker, frame->sp) && on_stack(walker, frame->sp + MS_SIGNAL_RECORDS) &&
         ms_is_signal_return(frame->pc, frame->sp);
}

/* From code whose return address is still in a register: a signal interrupted it, and has saved its registers. */
static bool step_leaf(struct ms_walker *walker, struct ms_frame *frame, const struct ms_unwind_rule *rule,
                      uintptr_t signal_frame) {
  uintptr_t cfa = frame->sp + (uintptr_t)(intptr_t)rule->cfa_offset;
  uintptr_t saved = cfa + (uintptr_t)(intptr_t)rule->fp_offset;
  if (cfa < frame->sp || !on_stack(walker, cfa) || (rule->fp_saved && !on_stack(walker, saved)))
    return false;
  *frame = (struct ms_frame){ms_return_address(word(signal_frame + MS_SIGNAL_LINK)), cfa,
                             rule->fp_saved ? word(saved) : frame->fp};
  return true;
}

enum step { STEP_CALL, STEP_INTERRUPTED, STEP_END, STEP_LOST };

/* Where a frame's CFA stands in memory; 0: it is a register plus an offset. */
static inline uintptr_t cfa_place(const struct ms_unwind_rule *rule, uintptr_t sp, uintptr_t fp) {
  if (ms_likely(rule->kind == MS_RULE_FROM_FP || rule->kind == MS_RULE_FROM_SP))
    return 0;
  return (rule->kind == MS_RULE_AT_FP ? fp : sp) + (uintptr_t)(intptr_t)rule->cfa_place;
}

static inline uintptr_t cfa_of(const struct ms_unwind_rule *rule, uintptr_t sp, uintptr_t fp) {
  uintptr_t place = cfa_place(rule, sp, fp);
  uintptr_t base = ms_unlikely(place != 0) ? word(place) : rule->kind == MS_RULE_FROM_FP ? fp : sp;
  return base + (uintptr_t)(intptr_t)rule->cfa_offset;
}

/* What is no ordinary frame: the end of the walk, a signal's frame, or the one that it interrupted, where `inner` is
 * the signal's. */
static MS_COLD enum step step_other(struct ms_walker *walker, struct ms_frame *frame, enum step before,
                                    const struct ms_unwind_rule *rule, const struct ms_walked_frame *inner) {
  bool unknown = rule->kind == MS_RULE_UNKNOWN || rule->kind == MS_RULE_NO_CODE;
  if (rule->kind == MS_RULE_SIGNAL || (unknown && is_signal_return(walker, frame)))
    return step_signal(walker, frame) ? STEP_INTERRUPTED : STEP_LOST;
  if (rule->kind == MS_RULE_LEAF)
    return before == STEP_INTERRUPTED && step_leaf(walker, frame, rule, inner->sp) ? STEP_CALL : STEP_LOST;
  return rule->kind == MS_RULE_OUTERMOST ? STEP_END : STEP_LOST;
}

static inline bool has_caller(struct ms_walker *walker, const struct ms_frame *frame,
                              const struct ms_unwind_rule *rule) {
  if (ms_likely(rule->kind == MS_RULE_FROM_FP || rule->kind == MS_RULE_FROM_SP))
    return true;
  return (rule->kind == MS_RULE_AT_SP || rule->kind == MS_RULE_AT_FP) &&
         on_stack(walker, cfa_place(rule, frame->sp, frame->fp));
}

/* One frame outwards. `before` says how the walk came to this one. Notes at `at` what the step read. */
static inline enum step step(struct ms_walker *walker, struct ms_frame *frame, enum step before, uint32_t at) {
  const struct ms_cached_rule *cached = ms_rule_cache_find(&walker->rules, frame->pc - 1);
  const struct ms_unwind_rule rule = cached->rule;
  struct ms_walked_frame *walked = &walker->walked[at];
  walker->pcs[at] = frame->pc;
  walker->numbers[at] = cached->number;
  walked->sp = frame->sp;
  walked->fp = frame->fp;
  walked->rule = rule;
  if (ms_unlikely(!has_caller(walker, frame, &rule)))
    return step_other(walker, frame, before, &rule, walked + 1);
  uintptr_t cfa = cfa_of(&rule, frame->sp, frame->fp), back = cfa + (uintptr_t)(intptr_t)rule.return_offset;
  uintptr_t saved_from = ms_unlikely(rule.fp_saved == MS_FP_SAVED_FROM_FP) ? frame->fp : cfa;
  uintptr_t saved = rule.fp_saved == MS_FP_NOT_SAVED ? 0 : saved_from + (uintptr_t)(intptr_t)rule.fp_offset;
  /* Frames lie one above the other; what does not is no frame. */
  if (cfa <= frame->sp || !on_stack(walker, back) || (saved && !on_stack(walker, saved)))
    return STEP_LOST;
  walked->back = back;
  walked->saved = saved;
  frame->pc = ms_return_address(word(back));
  if (saved)
    frame->fp = word(saved);
  frame->sp = cfa;
  return frame->pc != 0 ? STEP_CALL : STEP_END; /* a return address of 0 is the other mark of an outermost frame */
}

/* ---- remembered frames ---- */

static inline void pop(struct ms_walker *walker) {
  uint32_t at = --walker->count;
  walker->hash -= walker->pcs[at] * walker->walked[at].factor;
}

static inline uintptr_t fp_bits(const struct ms_unwind_rule *rule, const struct ms_walked_frame *outer) {
  if (rule->kind == MS_RULE_FROM_FP || rule->kind == MS_RULE_AT_FP)
    return UINTPTR_MAX;
  return rule->fp_saved == MS_FP_NOT_SAVED && outer ? outer->fp_bits : 0;
}

/* Writes what is to be compared for the frame to be called by the one outside of it: both words at once where the frame
 * pointer stands below the return address, as it does in code with frame pointers. @return the links so far. */
static inline uint32_t put_links(struct ms_walker *walker, uint32_t links, uint32_t frame) {
  const struct ms_walked_frame *inner = &walker->walked[frame], *outer = inner - 1;
  struct ms_link *link = &walker->links[links];
  bool adjacent = inner->saved == inner->back - 8;
  link->at = inner->back - 8;
  link->frame = frame;
  link->kind = MS_LINK_CALL;
  link->expected = (ms_word_pair){outer->fp, walker->pcs[frame - 1]};
  link->mask = (ms_word_pair){adjacent ? outer->fp_bits : 0, ms_return_address_bits()};
  links++;
  if (ms_unlikely(!adjacent && inner->saved && outer->fp_bits))
    walker->links[links++] = (struct ms_link){inner->saved - 8, frame, MS_LINK_FP, {0, outer->fp}, {0, UINT64_MAX}};
  uintptr_t place = cfa_place(&inner->rule, inner->sp, inner->fp);
  if (ms_unlikely(place != 0))
    walker->links[links++] = (struct ms_link){place - 8, frame, MS_LINK_CFA, {0, word(place)}, {0, UINT64_MAX}};
  return links;
}

/* Puts the new frames behind the remembered ones. */
static inline void push(struct ms_walker *walker, uint32_t fresh) {
  uint32_t from = walker->top - fresh, to = walker->count, links = MS_LINKS_BEFORE;
  uint64_t factor = 1, hash = walker->hash;
  if (to > 0) {
    links = walker->walked[to - 1].links;
    factor = walker->walked[to - 1].factor * FACTOR;
  }
  for (; from < walker->top; from++, to++, factor *= FACTOR) {
    uintptr_t pc = walker->pcs[from];
    struct ms_walked_frame *walked = &walker->walked[to];
    *walked = walker->walked[from];
    walker->pcs[to] = pc;
    walker->numbers[to] = walker->numbers[from];
    if (to > 0)
      links = put_links(walker, links, to);
    walked->fp_bits = fp_bits(&walked->rule, to > 0 ? walked - 1 : NULL);
    walked->links = links;
    walked->factor = factor;
    hash += pc * factor;
  }
  walker->count = to;
  walker->hash = hash;
}

/* The frame stands where it was, but at another call. Returns whether that call's frame looks the same. */
static inline bool replace_pc(struct ms_walker *walker, uint32_t frame, uintptr_t pc) {
  struct ms_walked_frame *walked = &walker->walked[frame];
  const struct ms_cached_rule *cached = ms_rule_cache_find(&walker->rules, pc - 1);
  if (memcmp(&cached->rule, &walked->rule, sizeof walked->rule) != 0)
    return false;
  walker->numbers[frame] = cached->number;
  walker->hash += (pc - walker->pcs[frame]) * walked->factor;
  walker->pcs[frame] = pc;
  return true;
}

/* Drops remembered frames that are gone, and says whether the innermost one left is this one. */
static inline bool meets_memory(struct ms_walker *walker, const struct ms_frame *frame) {
  while (walker->count > 0 && walker->walked[walker->count - 1].sp < frame->sp)
    pop(walker);
  if (walker->count == 0)
    return false;
  uint32_t last = walker->count - 1;
  const struct ms_walked_frame *walked = &walker->walked[last];
  return walked->sp == frame->sp && ((walked->fp ^ frame->fp) & walked->fp_bits) == 0 &&
         (walker->pcs[last] == frame->pc || replace_pc(walker, last, frame->pc));
}

/* Mends the return address of a link that does not hold, to another call of the same caller. @return false when the
 * caller, or the frame itself, is another one. */
static inline bool mend_link(struct ms_walker *walker, struct ms_link *link) {
  ms_word_pair wrong = ms_link_wrong(link);
  if ((wrong[0] | wrong[1]) == 0)
    return true;
  uintptr_t pc = ms_return_address(word(link->at + 8));
  if (wrong[0] != 0 || link->kind != MS_LINK_CALL || !replace_pc(walker, link->frame - 1, pc))
    return false;
  link->expected[1] = pc;
  return true;
}

/* Compares from the innermost remembered frame to frame `last` outwards, four links at a time, and mends.
 * @return NULL, or the link of the innermost frame that is another one or called by another one. */
static inline const struct ms_link *mend(struct ms_walker *walker, uint32_t last, bool *changed) {
  struct ms_link *link = walker->links + walker->walked[walker->count - 1].links;
  const struct ms_link *first = walker->links + walker->walked[last].links;
  for (; link > first; link -= 4) {
    ms_word_pair wrong =
        (ms_link_wrong(link - 1) | ms_link_wrong(link - 2)) | (ms_link_wrong(link - 3) | ms_link_wrong(link - 4));
    if (ms_likely((wrong[0] | wrong[1]) == 0))
      continue;
    *changed = true;
    for (struct ms_link *one = link - 1; one >= link - 4; one--)
      if (!mend_link(walker, one))
        return one;
  }
  return NULL;
}

/* Puts the place where new frames end, and where the walk under way begins, as far behind `before` as there is room.
 * Frames fit that are no more than the limit of a walk: memory is forgotten before it takes the last of them. */
static inline void place_top(struct ms_walker *walker, uint32_t before) {
  walker->top = before + walker->room < MS_WALK_MAX ? before + walker->room : MS_WALK_MAX;
}

/* Moves the new frames inwards, of which there are more than there was room for. */
static MS_COLD void make_room(struct ms_walker *walker, uint32_t fresh) {
  uint32_t from = walker->top - fresh;
  walker->room *= 2;
  place_top(walker, walker->top);
  uint32_t to = walker->top - fresh;
  memmove(walker->pcs + to, walker->pcs + from, fresh * sizeof *walker->pcs);
  memmove(walker->numbers + to, walker->numbers + from, fresh * sizeof *walker->numbers);
  memmove(walker->walked + to, walker->walked + from, fresh * sizeof *walker->walked);
}

/* Goes outwards from `frame` until the walk ends, has `limit` frames, or meets memory. New frames stand
 * before `top`, outermost first like all others. @return their number; `*how` tells the end, STEP_CALL at the limit. */
static inline uint32_t walk(struct ms_walker *walker, struct ms_frame *frame, uint32_t fresh, uint32_t limit, bool *met,
                            enum step *how) {
  *how = STEP_CALL;
  do {
    *met = *how == STEP_CALL && meets_memory(walker, frame);
    if (*met)
      return fresh;
    if (ms_unlikely(walker->top - fresh <= walker->count))
      make_room(walker, fresh);
    uint32_t at = walker->top - ++fresh;
    *how = step(walker, frame, *how, at);
    walker->fragile |= *how == STEP_INTERRUPTED;
  } while (*how < STEP_END && fresh < limit);
  return fresh;
}

/* Takes the frames from `inner` inwards, which are right, out of memory and puts them among the new ones. Returns their
 * number. `*frame` is the innermost of them as it is now, and becomes the frame that calls them. */
static uint32_t take_back(struct ms_walker *walker, uint32_t inner, uint32_t fresh, struct ms_frame *frame) {
  uint32_t moved = 0;
  while (walker->count > inner) {
    uint32_t last = walker->count - 1, at = walker->top - fresh - ++moved;
    struct ms_walked_frame *walked = &walker->walked[last];
    walked->fp = frame->fp; /* it may not have mattered before */
    frame->sp = cfa_of(&walked->rule, walked->sp, walked->fp);
    frame->pc = ms_return_address(word(walked->back));
    if (walked->saved)
      frame->fp = word(walked->saved);
    walker->pcs[at] = walker->pcs[last];
    walker->numbers[at] = walker->numbers[last];
    walker->walked[at] = *walked;
    pop(walker);
  }
  return moved;
}

/* The outermost of the `wanted` innermost frames, of which `fresh` are not remembered yet. */
static inline uint32_t outermost(const struct ms_walker *walker, uint32_t fresh, uint32_t wanted) {
  uint32_t remembered = wanted > fresh ? wanted - fresh : 1;
  return walker->count > remembered ? walker->count - remembered : 0;
}

void ms_call_stack_capture(struct ms_walker *walker, struct ms_frame from, uint32_t depth_max,
                           struct ms_call_stack *stack) {
  uint32_t limit = depth_max + MS_WALK_SLACK, fresh = 0, before = walker->count;
  bool elsewhere = !on_own_stack(walker, from.sp);
  if (ms_unlikely(walker->fragile || elsewhere || walker->count + limit >= MS_WALK_MAX))
    forget_walk(walker);
  if (ms_unlikely(elsewhere))
    begin_other_stack(walker, from.sp);
  walker->fragile = elsewhere;
  place_top(walker, walker->count);
  enum step how;
  bool met, changed = false;
  struct ms_frame frame = from;
  for (;;) {
    fresh = walk(walker, &frame, fresh, limit, &met, &how);
    if (!met)
      break;
    const struct ms_link *wrong = NULL;
    bool enough =
        walker->end != STEP_CALL || walker->count + fresh >= depth_max; /* all that is wanted has been walked */
    if (ms_likely(enough) && !(wrong = mend(walker, outermost(walker, fresh, depth_max), &changed)))
      break;
    if (ms_likely(enough && wrong->kind != MS_LINK_CFA)) {
      fresh += take_back(walker, wrong->frame, fresh, &frame);
    } else {
      forget_walk(walker);
      fresh = 0;
      frame = from;
    }
  }
  if (!met) {
    forget_walk(walker);
    walker->end = (uint8_t)how;
  }
  if (ms_unlikely(walker->fragile))
    walker->other_low = walker->other_high = 0;
  if (fresh > 0)
    push(walker, fresh);
  walker->unsteady = changed || fresh > 0 || walker->count != before;
  walker->version += walker->unsteady;

  uint32_t count = walker->count, last = outermost(walker, 0, depth_max);
  walker->first_link = walker->links + walker->walked[last].links;
  walker->links_end = walker->links + walker->walked[count - 1].links;
  *stack = (struct ms_call_stack){.frames = walker->pcs + last,
                                  .numbers = walker->numbers + last,
                                  .depth = count - last,
                                  .hash = (uint32_t)(walker->hash >> 32)};
  if (ms_unlikely(last > 0 || walker->end == STEP_CALL)) { /* as many as are wanted, and more outside of them */
    stack->flags = MS_STACK_CUT_DEPTH;
    stack->hash = ms_call_stack_hash(stack->frames, stack->depth);
  } else if (ms_unlikely(walker->end == STEP_LOST)) {
    stack->flags = MS_STACK_CUT_FOREIGN;
  }
}

/* The steps are noted where no walk ever comes to. They stay on one stack, which a signal alone may leave: a frame on
 * another one comes behind that. */
bool ms_call_stack_leads_through_signal(struct ms_walker *walker, struct ms_frame from, uintptr_t until) {
  enum step how = STEP_CALL;
  bool own = on_own_stack(walker, from.sp), same_stack = own == on_own_stack(walker, until);
  if (!own)
    begin_other_stack(walker, from.sp);
  for (uint32_t at = MS_WALK_MAX; how == STEP_CALL && at > MS_WALK_MAX - MS_WALK_SLACK;)
    if (same_stack && from.sp > until)
      how = STEP_END;
    else
      how = step(walker, &from, how, --at);
  walker->other_low = walker->other_high = 0;
  return how == STEP_INTERRUPTED;
}

/* As above, but one place does for all steps: each looks at no other than the one before it. A signal's frame has no
 * return address; what it interrupted is another step's. */
void ms_call_stack_places(struct ms_walker *walker, struct ms_frame from, bool (*visit)(uintptr_t place, void *context),
                          void *context) {
  const uint32_t at = MS_WALK_MAX - 2;
  enum step how = STEP_CALL;
  if (!on_own_stack(walker, from.sp))
    begin_other_stack(walker, from.sp);
  do {
    walker->walked[at].back = 0;
    how = step(walker, &from, how, at);
    walker->walked[at + 1] = walker->walked[at];
    uintptr_t place = walker->walked[at].back;
    if (place != 0 && !visit(place, context))
      break;
  } while (how < STEP_END);
  walker->other_low = walker->other_high = 0;
}

void ms_call_stack_take(struct ms_walker *walker, const void *const *given, size_t given_depth, uint32_t depth_max,
                        struct ms_call_stack *stack) {
  uint32_t depth = given_depth < depth_max ? (uint32_t)given_depth : depth_max;
  forget_walk(walker);
  for (uint32_t i = 0; i < depth; i++) {
    walker->pcs[i] = (uintptr_t)given[depth - 1 - i];
    walker->numbers[i] = ms_rule_cache_find(&walker->rules, walker->pcs[i] - 1)->number;
  }
  *stack = (struct ms_call_stack){.frames = walker->pcs,
                                  .numbers = walker->numbers,
                                  .depth = depth,
                                  .hash = ms_call_stack_hash(walker->pcs, depth),
                                  .flags = depth < given_depth ? MS_STACK_CUT_DEPTH : 0};
}

void ms_call_stack_single(struct ms_walker *walker, const uintptr_t *pc, uint32_t *number,
                          struct ms_call_stack *stack) {
  *number = ms_rule_cache_find(&walker->rules, *pc - 1)->number;
  *stack = (struct ms_call_stack){.frames = pc, .numbers = number, .depth = 1, .hash = ms_call_stack_hash(pc, 1)};
}

uint32_t ms_call_stack_hash(const uintptr_t *frames, uint32_t depth) {
  uint64_t sum = 0, factor = 1;
  for (uint32_t i = 0; i < depth; i++, factor *= FACTOR)
    sum += frames[i] * factor;
  return (uint32_t)(sum >> 32);
}
