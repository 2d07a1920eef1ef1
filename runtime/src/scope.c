/* SPDX-License-Identifier: Apache-2.0
 *
 * scope.c: the stack of open scopes of a thread and the hooks that push and pop it. Calls that create a thread into an
 * annotated variable stand in it too, without being scopes: they end as scopes do.
 */
#define _GNU_SOURCE
#include "scope.h"

#include "custom_entry.h"
#include "diagnostics.h"
#include "fibers.h"
#include "memscope/abi.h"
#include "options.h"
#include "os.h"
#include "sites.h"

/* Threads seen so far, for option every. */
static atomic_uint thread_count;

static bool has_parameters(const struct __memscope_scope *scope) {
  return scope->sampling_rate >= 0 || scope->stack_depth > 0;
}

/* The next event looks at the parameters where there are some, or were: one scope may inherit others than before. */
static inline void become(struct ms_local *local, uint8_t mode, struct __memscope_scope *scope, bool parameters) {
  struct ms_thread *thread = local->thread;
  local->mode = local->here = mode;
  local->scope = scope;
  local->parameters = parameters;
  bool ready = thread && ms_thread_is_ready(thread, local) && !parameters && !thread->has_parameters;
  local->ready = ready ? thread : NULL;
}

/* No event knows by its mode or by one compare whether it is in a scope: each asks. */
static inline void let_events_ask(struct ms_local *local) {
  local->mode = MS_MODE_TRACKED;
  local->scope_frame = 0;
}

/* Where a scope switches off what is tracked around it events ask whether it has been left: if foreign code catches
 * what leaves it no hook may be called any more, but by them. */
static inline void become_inside(struct ms_local *local, const struct ms_scope_entry *entry) {
  if (entry) {
    become(local, entry->mode, entry->scope, entry->parameters);
    if (ms_unlikely(entry->hides))
      let_events_ask(local);
    return;
  }
  become(local, local->base_mode, local->base_scope, local->base_scope && has_parameters(local->base_scope));
}

static inline const struct ms_scope_entry *innermost(const struct ms_scope_entry *entries, uint32_t count) {
  while (count > 0 && entries[count - 1].variable)
    count--;
  return count > 0 ? &entries[count - 1] : NULL;
}

/* A fiber's scopes are inside of those that are open on the thread's own stack. While one is open somewhere the thread
 * may come to run there at any moment, without a hook. */
static MS_COLD void apply_with_fibers(struct ms_local *local) {
  const struct ms_scope_entry *outer = innermost(local->scopes, local->scope_count), *inner = NULL;
  if (local->fiber && !(outer && outer->mode == MS_MODE_UNTRACKED))
    inner = innermost(local->fiber->scopes, local->fiber->count);
  become_inside(local, inner ? inner : outer);
  if (ms_fibers_count(local) > 0)
    let_events_ask(local);
}

static inline void apply(struct ms_local *local) {
  local->scope_frame = local->scope_count > 0 ? local->scopes[local->scope_count - 1].frame : UINTPTR_MAX;
  if (ms_unlikely(local->fibers != NULL))
    apply_with_fibers(local);
  else
    become_inside(local, innermost(local->scopes, local->scope_count));
}

void ms_scope_set_base(struct ms_local *local, enum ms_mode mode) {
  local->base_mode = (uint8_t)mode;
  apply(local);
}

/* ---- threads tracked as a whole ---- */

/* A thread is named after it has begun: its name is looked at with its first hook, its second, its fourth, and so on up
 * to every thousandth. Only with option threads. */
static bool name_matches(struct ms_local *local) {
  uint32_t look = ++local->looks;
  if ((look & (look - 1)) != 0 && (look & 1023) != 0)
    return false;
  char name[16];
  ms_os_thread_name(name, sizeof name);
  return ms_options_match(ms_options.threads, name);
}

struct filter {
  bool (*ask)(void *);
  void *context;
};

/* Two places in turn: a thread may be reading the one while the other is set. */
static struct filter filters[2];
static _Atomic(struct filter *) filter;

void ms_scope_set_filter(bool (*ask)(void *), void *context) {
  struct filter *next = ms_load_relaxed(&filter) == &filters[0] ? &filters[1] : &filters[0]; /* one setter at a time */
  *next = (struct filter){ask, context};
  ms_store_release(&filter, ask ? next : NULL); /* R4: publishes function and context; pairs with A4 in is_chosen */
}

/* The filter is the program's code: while it runs the thread is an ordinary one that is not tracked. */
static bool is_chosen(struct ms_local *local) {
  const struct filter *asked = ms_load_acquire(&filter); /* A4 */
  if (!asked)
    return false;
  ms_scope_set_base(local, MS_MODE_UNTRACKED);
  ms_local_leave(local);
  bool yes = asked->ask(asked->context);
  (void)ms_local_enter(local);
  return yes;
}

static enum ms_mode mode_by_options(struct ms_local *local) {
  bool first = local->looks == 0;
  switch (ms_options.track) {
  case MS_TRACK_ALL:
    return MS_MODE_TRACKED;
  case MS_TRACK_NONE:
    return MS_MODE_UNTRACKED;
  default:
    break;
  }
  /* relaxed: only the count matters */
  if (first && ms_options.every > 0 && (ms_add_relaxed(&thread_count, 1) + 1) % ms_options.every == 0)
    return MS_MODE_TRACKED;
  if (first && is_chosen(local))
    return MS_MODE_TRACKED;
  if (!ms_options.threads[0])
    return MS_MODE_UNTRACKED;
  return name_matches(local) ? MS_MODE_TRACKED : MS_MODE_FRESH; /* its name may still come */
}

MS_COLD bool ms_scope_decide(struct ms_local *local) {
  if (!ms_local_enter(local))
    return false;
  enum ms_mode mode = mode_by_options(local);
  if (mode == MS_MODE_TRACKED)
    MS_DEBUG("thread %u is tracked by an option or the program's filter", ms_local_tid());
  ms_scope_set_base(local, mode);
  ms_local_leave(local);
  return local->mode == MS_MODE_TRACKED;
}

/* ---- parameters ---- */

static void take_parameters(const struct __memscope_scope *scope, struct ms_parameters *parameters) {
  if (scope->sampling_rate >= 0) {
    parameters->sampling_rate = scope->sampling_rate;
    parameters->sample_bytes = 0;
  }
  if (scope->stack_depth > 0)
    parameters->stack_depth = scope->stack_depth;
}

void ms_scope_parameters(const struct ms_local *local, struct ms_parameters *parameters) {
  if (local->base_scope)
    take_parameters(local->base_scope, parameters);
  for (uint32_t i = 0; i < local->scope_count; i++)
    if (!local->scopes[i].variable)
      take_parameters(local->scopes[i].scope, parameters);
  for (uint32_t i = 0; local->fiber && i < local->fiber->count; i++)
    if (!local->fiber->scopes[i].variable)
      take_parameters(local->fiber->scopes[i].scope, parameters);
}

/* ---- scopes ---- */

/* The scopes of one stack, and of the signals that have interrupted code on it. */
struct scopes {
  struct ms_scope_entry *entries;
  uint32_t *count;
};

static inline struct scopes scopes_of(struct ms_local *local, struct ms_fiber *fiber) {
  return fiber ? (struct scopes){fiber->scopes, &fiber->count} : (struct scopes){local->scopes, &local->scope_count};
}

static inline const struct ms_scope_entry *last_of(struct scopes scopes) {
  return *scopes.count > 0 ? &scopes.entries[*scopes.count - 1] : NULL;
}

static MS_COLD bool on_signal_stack(uintptr_t frame) {
  uintptr_t low, high;
  return ms_os_signal_stack(&low, &high) && frame - low < high - low;
}

/* Frames of a signal's stack and of the one that was interrupted say nothing about each other. */
static MS_COLD bool same_stack(const struct ms_local *local, uintptr_t one, uintptr_t other) {
  uintptr_t size = local->stack_high - local->stack_low;
  if (ms_unlikely(local->fiber != NULL))
    return on_signal_stack(one) == on_signal_stack(other);
  return (one - local->stack_low < size) == (other - local->stack_low < size);
}

/* @return whether any has gone. */
static inline bool pop_to(const struct ms_local *local, struct scopes scopes, uintptr_t frame) {
  bool gone = false;
  for (const struct ms_scope_entry *last;
       (last = last_of(scopes)) && ms_unlikely(last->frame < frame) && same_stack(local, last->frame, frame);
       gone = true)
    (*scopes.count)--;
  return gone;
}

/* A jump out of a handler on a signal stack leaves the handler's scopes, whose frames are neither above nor below the
 * one where it arrives: they are over as soon as the thread runs elsewhere. */
static MS_COLD void pop_handlers(const struct ms_local *local, struct scopes scopes, uintptr_t frame) {
  if (on_signal_stack(frame))
    return;
  while (*scopes.count > 0 && on_signal_stack(last_of(scopes)->frame))
    (*scopes.count)--;
  (void)pop_to(local, scopes, frame);
}

static inline void push(struct ms_local *local, struct scopes scopes, const struct ms_scope_entry *entry) {
  if (*scopes.count == MS_SCOPES_MAX)
    return;
  scopes.entries[(*scopes.count)++] = *entry;
  if (ms_unlikely(local->fiber != NULL))
    ms_fiber_note(local->fiber);
}

/* ---- which stack it is ----
 *
 * Nearly all threads run on their own stack only. A hook comes to its scopes in one of two ways: where the stack is the
 * thread's own, and no other one has scopes, they are at hand; else it is looked for, with signals held, since a
 * handler looks as well. */

static inline bool is_at_hand(const struct ms_local *local, uintptr_t frame) {
  return ms_likely(!local->fibers && frame - local->stack_low < local->stack_high - local->stack_low);
}

static struct scopes choose(struct ms_local *local, uintptr_t at, const struct ms_frame *from, bool make) {
  if (local->stack_high == 0) /* its first hook; with its first event it is known */
    ms_os_stack_bounds_unasked(&local->stack_low, &local->stack_high);
  return scopes_of(local, ms_fibers_choose(local, at, from, make));
}

/* For a hook, whose frame is that of the function `from` stands in. In a handler that has interrupted the recorder
 * nothing is walked. */
static struct scopes choose_for_hook(struct ms_local *local, uintptr_t frame, const struct ms_frame *from, bool make) {
  bool idle = ms_local_enter(local);
  struct scopes scopes = choose(local, frame + 8, idle ? from : NULL, make);
  if (idle)
    ms_local_leave(local);
  return scopes;
}

MS_COLD bool ms_scope_close_abandoned(struct ms_local *local, const struct ms_frame *from) {
  if (is_at_hand(local, from->sp)) {
    (void)pop_to(local, scopes_of(local, NULL), from->sp);
  } else {
    uint64_t signals = ms_os_hold_signals();
    (void)pop_to(local, choose(local, from->sp, from, false), from->sp);
    ms_fibers_settle(local);
    ms_os_release_signals(signals);
  }
  apply(local);
  return local->here == MS_MODE_TRACKED;
}

/* What a scope is inside of the one around it, NULL for the outermost. */
static inline void nest(const struct ms_local *local, const struct ms_scope_entry *outer,
                        struct ms_scope_entry *entry) {
  bool off = entry->scope->ignore || (outer && outer->mode == MS_MODE_UNTRACKED);
  bool tracked = outer ? outer->mode == MS_MODE_TRACKED || outer->hides : local->base_mode == MS_MODE_TRACKED;
  entry->mode = off ? MS_MODE_UNTRACKED : MS_MODE_TRACKED;
  entry->hides = off && tracked;
}

void ms_scope_nest(const struct ms_local *local, struct ms_scope_entry *entries, uint32_t count) {
  const struct ms_scope_entry *outer = NULL;
  for (uint32_t i = 0; i < count; i++)
    if (!entries[i].variable) {
      nest(local, outer, &entries[i]);
      outer = &entries[i];
    }
}

void ms_scope_know_stack(struct ms_local *local, uintptr_t low, uintptr_t high) {
  if (high == 0) /* the system does not say: the guess stays */
    return;
  local->stack_low = low;
  local->stack_high = high;
  ms_fibers_sort_out(local);
  apply(local);
}

/* ---- what hooks do, on whichever stack ---- */

enum deed { ENTER, LEAVE, INTO_VARIABLE, UNWOUND };

static inline void enter(struct ms_local *local, struct scopes scopes, struct __memscope_scope *scope,
                         uintptr_t frame) {
  if (pop_to(local, scopes, frame)) /* scopes below a frame that begins now were left */
    apply(local);
  /* A recursion is one scope: its outermost frame says when it ends. */
  const struct ms_scope_entry *last = last_of(scopes), *outer = innermost(scopes.entries, *scopes.count);
  if (last && last->scope == scope)
    return;
  struct ms_scope_entry entry = {
      .frame = frame, .scope = scope, .parameters = local->parameters || has_parameters(scope)};
  nest(local, outer, &entry);
  push(local, scopes, &entry);
}

/* A function that was inlined shares its caller's frame: the scope tells the two apart. Where an exception left the
 * inner one open, it ends with the outer one. */
static inline void leave(struct ms_local *local, struct scopes scopes, const struct __memscope_scope *scope,
                         uintptr_t frame) {
  (void)pop_to(local, scopes, frame);
  for (uint32_t i = *scopes.count; i > 0 && scopes.entries[i - 1].frame == frame; i--)
    if (scopes.entries[i - 1].scope == scope) {
      *scopes.count = i - 1;
      break;
    }
}

static inline void into_variable(struct ms_local *local, struct scopes scopes, struct __memscope_scope *scope,
                                 uintptr_t frame, void *variable) {
  (void)pop_to(local, scopes, frame);
  push(local, scopes, &(struct ms_scope_entry){.frame = frame, .scope = scope, .variable = (uintptr_t)variable});
}

static inline void unwound(struct ms_local *local, struct scopes scopes, uintptr_t frame) {
  const struct ms_scope_entry *last;
  (void)pop_to(local, scopes, frame);
  /* Calls of this frame that were to create a thread were left as well. */
  while ((last = last_of(scopes)) && last->variable && last->frame == frame)
    (*scopes.count)--;
  if (last && !same_stack(local, last->frame, frame))
    pop_handlers(local, scopes, frame);
}

static inline __attribute__((always_inline)) void act(struct ms_local *local, struct scopes scopes, enum deed deed,
                                                      struct __memscope_scope *scope, uintptr_t frame, void *variable) {
  if (deed == ENTER)
    enter(local, scopes, scope, frame);
  else if (deed == LEAVE)
    leave(local, scopes, scope, frame);
  else if (deed == INTO_VARIABLE)
    into_variable(local, scopes, scope, frame, variable);
  else
    unwound(local, scopes, frame);
}

static MS_COLD void act_elsewhere(enum deed deed, struct __memscope_scope *scope, uintptr_t frame, void *variable,
                                  struct ms_frame from) {
  struct ms_local *local = &ms_local;
  uint64_t signals = ms_os_hold_signals();
  struct scopes scopes = choose_for_hook(local, frame, &from, deed == ENTER || deed == INTO_VARIABLE);
  act(local, scopes, deed, scope, frame, variable);
  ms_fibers_settle(local);
  apply(local);
  ms_os_release_signals(signals);
}

/* Must be expanded in the hook itself. */
#define ACT(local, deed, scope, frame, variable)                                                                       \
  ((void)({                                                                                                            \
    if (ms_likely(is_at_hand(local, frame))) {                                                                         \
      act(local, scopes_of(local, NULL), deed, scope, frame, variable);                                                \
      apply(local);                                                                                                    \
    } else {                                                                                                           \
      act_elsewhere(deed, scope, frame, variable, MS_CALLER_FRAME());                                                  \
    }                                                                                                                  \
  }))

/* ---- hooks ---- */

static inline bool begins(struct ms_local *local) {
  if (ms_unlikely(ms_options.track == MS_TRACK_NONE))
    return false;
  if (ms_unlikely(local->mode == MS_MODE_FRESH))
    (void)ms_scope_decide(local);
  return true;
}

/* Nothing but a push: a scope may be entered anywhere, in a signal handler that interrupted malloc as well. The
 * thread's state and files are made by its first event, where the program itself has just called an allocator. */
void __memscope_scope_enter(struct __memscope_scope *scope, void *frame) {
  struct ms_local *local = &ms_local;
  if (begins(local))
    ACT(local, ENTER, scope, (uintptr_t)frame, NULL);
}

void __memscope_scope_exit(struct __memscope_scope *scope, void *frame) {
  struct ms_local *local = &ms_local;
  ACT(local, LEAVE, scope, (uintptr_t)frame, NULL);
}

void __memscope_thread_into(struct __memscope_scope *scope, void *frame, void *variable) {
  struct ms_local *local = &ms_local;
  if (ms_options.track != MS_TRACK_NONE)
    ACT(local, INTO_VARIABLE, scope, (uintptr_t)frame, variable);
}

void __memscope_scope_unwound(void *frame) {
  struct ms_local *local = &ms_local;
  if (ms_unlikely(local->calling != 0 && local->calling <= (uintptr_t)frame)) {
    local->calling = 0;
    ms_custom_call_left();
  }
  if (ms_unlikely(local->scope_count > 0 || local->fibers))
    ACT(local, UNWOUND, NULL, (uintptr_t)frame, NULL);
}

/* Only the thread's first scope can be its start routine: called once more later, that is a function like any other. */
void __memscope_thread_enter(struct __memscope_scope *scope, void *frame, void *function) {
  struct ms_local *local = &ms_local;
  bool starts = local->start == function && local->scope_count == 0;
  local->start = NULL;
  if (starts && !local->base_scope)
    ms_scope_begin_thread(scope);
  if (begins(local))
    ACT(local, ENTER, scope, (uintptr_t)frame, NULL);
}

static struct __memscope_scope *find_variable(struct scopes scopes, const void *variable, size_t offset) {
  for (uint32_t i = *scopes.count; i > 0; i--) {
    const struct ms_scope_entry *entry = &scopes.entries[i - 1];
    if (entry->variable && (uintptr_t)variable - entry->variable <= offset)
      return entry->scope;
  }
  return NULL;
}

/* What was asked for has just been put among the scopes, by a hook in the same function. */
struct __memscope_scope *ms_scope_of_variable(struct ms_local *local, uintptr_t frame, const void *variable,
                                              size_t offset) {
  struct scopes scopes = scopes_of(local, local->fiber);
  if (pop_to(local, scopes, frame))
    apply(local);
  return find_variable(scopes, variable, offset);
}

void ms_scope_begin_thread(struct __memscope_scope *scope) {
  struct ms_local *local = &ms_local;
  if (ms_options.track == MS_TRACK_NONE)
    return;
  local->base_scope = ms_sites_keep_scope(scope); /* its library may be unloaded before the thread ends */
  ms_scope_set_base(local, local->base_scope ? MS_MODE_TRACKED : MS_MODE_UNTRACKED);
}
