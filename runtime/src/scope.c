/* SPDX-License-Identifier: Apache-2.0
 *
 * scope.c: the stack of open scopes of a thread and the hooks that push and pop it. Calls that create a thread into an
 * annotated variable stand in it too, without being scopes: they end as scopes do.
 */
#define _GNU_SOURCE
#include "scope.h"

#include "custom_entry.h"
#include "diagnostics.h"
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
static void become(struct ms_local *local, uint8_t mode, struct __memscope_scope *scope, bool parameters) {
  struct ms_thread *thread = local->thread;
  local->mode = mode;
  local->scope = scope;
  local->parameters = parameters;
  bool ready = thread && ms_thread_is_ready(thread, local) && !parameters && !thread->has_parameters;
  local->ready = ready ? thread : NULL;
}

static void apply(struct ms_local *local) {
  local->scope_frame = local->scope_count > 0 ? local->scopes[local->scope_count - 1].frame : UINTPTR_MAX;
  for (uint32_t i = local->scope_count; i > 0; i--) {
    const struct ms_scope_entry *entry = &local->scopes[i - 1];
    if (!entry->variable) {
      become(local, entry->mode, entry->scope, entry->parameters);
      return;
    }
  }
  become(local, local->base_mode, local->base_scope, local->base_scope && has_parameters(local->base_scope));
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
}

/* ---- scopes ---- */

static MS_COLD bool on_signal_stack(uintptr_t frame) {
  uintptr_t low, high;
  return ms_os_signal_stack(&low, &high) && frame - low < high - low;
}

/* Frames of two stacks (a signal stack, a fiber's) say nothing about each other. As long as the thread has no state its
 * stack is not known, and all frames but a signal handler's are taken to be on it. */
static bool same_stack(const struct ms_local *local, uintptr_t one, uintptr_t other) {
  uintptr_t size = local->stack_high - local->stack_low;
  if (ms_unlikely(size == 0))
    return on_signal_stack(one) == on_signal_stack(other);
  return (one - local->stack_low < size) == (other - local->stack_low < size);
}

static void pop_to(struct ms_local *local, uintptr_t frame) {
  while (local->scope_count > 0) {
    uintptr_t top = local->scopes[local->scope_count - 1].frame;
    if (top >= frame || !same_stack(local, top, frame))
      return;
    local->scope_count--;
  }
}

/* A jump out of a handler on a signal stack leaves the handler's scopes, whose frames are neither above nor below the
 * one where it arrives: they are over as soon as the thread runs elsewhere. Fibers' scopes, on stacks of their own too,
 * are not. */
static MS_COLD void pop_handlers(struct ms_local *local, uintptr_t frame) {
  if (on_signal_stack(frame))
    return;
  while (local->scope_count > 0 && on_signal_stack(local->scopes[local->scope_count - 1].frame))
    local->scope_count--;
  pop_to(local, frame);
}

MS_COLD bool ms_scope_close_abandoned(struct ms_local *local, uintptr_t frame) {
  pop_to(local, frame);
  apply(local);
  return local->mode == MS_MODE_TRACKED;
}

/* Nothing but a push: a scope may be entered anywhere, in a signal handler that interrupted malloc as well. The
 * thread's state and files are made by its first event, where the program itself has just called an allocator. */
static void enter(struct __memscope_scope *scope, uintptr_t frame) {
  struct ms_local *local = &ms_local;
  if (ms_unlikely(ms_options.track == MS_TRACK_NONE))
    return;
  if (local->mode == MS_MODE_FRESH)
    (void)ms_scope_decide(local);
  pop_to(local, frame); /* scopes below a frame that begins now were left */
  apply(local);
  /* A recursion is one scope: its outermost frame says when it ends. */
  bool inside = local->scope_count > 0 && local->scopes[local->scope_count - 1].scope == scope;
  bool off = scope->ignore || (local->scope && local->scope->ignore);
  if (!inside && local->scope_count < MS_SCOPES_MAX)
    local->scopes[local->scope_count++] =
        (struct ms_scope_entry){.frame = frame,
                                .scope = scope,
                                .mode = off ? MS_MODE_UNTRACKED : MS_MODE_TRACKED,
                                .parameters = local->parameters || has_parameters(scope)};
  apply(local);
}

/* A function that was inlined shares its caller's frame: the scope tells the two apart. Where an exception left the
 * inner one open, it ends with the outer one. */
static void leave(struct __memscope_scope *scope, uintptr_t frame) {
  struct ms_local *local = &ms_local;
  pop_to(local, frame);
  for (uint32_t i = local->scope_count; i > 0 && local->scopes[i - 1].frame == frame; i--)
    if (local->scopes[i - 1].scope == scope) {
      local->scope_count = i - 1;
      break;
    }
  apply(local);
}

void __memscope_scope_enter(struct __memscope_scope *scope, void *frame) { enter(scope, (uintptr_t)frame); }

void __memscope_scope_exit(struct __memscope_scope *scope, void *frame) { leave(scope, (uintptr_t)frame); }

void __memscope_thread_into(struct __memscope_scope *scope, void *frame, void *variable) {
  struct ms_local *local = &ms_local;
  if (ms_options.track == MS_TRACK_NONE)
    return;
  pop_to(local, (uintptr_t)frame);
  if (local->scope_count < MS_SCOPES_MAX)
    local->scopes[local->scope_count++] =
        (struct ms_scope_entry){.frame = (uintptr_t)frame, .scope = scope, .variable = (uintptr_t)variable};
  apply(local);
}

struct __memscope_scope *ms_scope_of_variable(struct ms_local *local, uintptr_t frame, const void *variable,
                                              size_t offset) {
  (void)ms_scope_still_open(local, frame);
  for (uint32_t i = local->scope_count; i > 0; i--) {
    const struct ms_scope_entry *entry = &local->scopes[i - 1];
    if (entry->variable && (uintptr_t)variable - entry->variable <= offset)
      return entry->scope;
  }
  return NULL;
}

void ms_scope_begin_thread(struct __memscope_scope *scope) {
  struct ms_local *local = &ms_local;
  if (ms_options.track == MS_TRACK_NONE)
    return;
  local->base_scope = ms_sites_keep_scope(scope); /* its library may be unloaded before the thread ends */
  ms_scope_set_base(local, local->base_scope ? MS_MODE_TRACKED : MS_MODE_UNTRACKED);
}

void __memscope_scope_unwound(void *frame) {
  struct ms_local *local = &ms_local;
  if (ms_unlikely(local->calling != 0 && local->calling <= (uintptr_t)frame)) {
    local->calling = 0;
    ms_custom_call_left();
  }
  if (ms_likely(local->scope_count == 0))
    return;
  pop_to(local, (uintptr_t)frame);
  /* Calls of this frame that were to create a thread were left as well. */
  while (local->scope_count > 0 && local->scopes[local->scope_count - 1].variable &&
         local->scopes[local->scope_count - 1].frame == (uintptr_t)frame)
    local->scope_count--;
  /* As long as the thread's stack is not known, a frame that seems to be above may be a handler's. */
  if (local->scope_count > 0 &&
      (local->stack_high == 0 || !same_stack(local, local->scopes[local->scope_count - 1].frame, (uintptr_t)frame)))
    pop_handlers(local, (uintptr_t)frame);
  apply(local);
}

/* Only the thread's first scope can be its start routine: called once more later, that is a function like any other. */
void __memscope_thread_enter(struct __memscope_scope *scope, void *frame, void *function) {
  struct ms_local *local = &ms_local;
  bool starts = local->start == function && local->scope_count == 0;
  local->start = NULL;
  if (starts && !local->base_scope)
    ms_scope_begin_thread(scope);
  enter(scope, (uintptr_t)frame);
}
