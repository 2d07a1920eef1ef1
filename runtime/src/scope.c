/* SPDX-License-Identifier: Apache-2.0
 *
 * scope.c: the stack of open scopes of a thread and the hooks that push and pop it.
 */
#define _GNU_SOURCE
#include "scope.h"

#include "diagnostics.h"
#include "memscope/abi.h"
#include "options.h"
#include "os.h"
#include "sites.h"

/* Threads seen so far, for option every. */
static atomic_uint thread_count;

static void apply(struct ms_local *local) { local->mode = local->scope_count > 0 ? MS_MODE_TRACKED : local->base_mode; }

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

MS_COLD bool ms_scope_decide(struct ms_local *local) {
  if (!ms_local_enter(local))
    return false;
  enum ms_mode mode = MS_MODE_UNTRACKED;
  bool first = local->looks == 0;
  if (ms_options.track == MS_TRACK_ALL)
    mode = MS_MODE_TRACKED;
  else if (ms_options.track == MS_TRACK_ANNOTATED) {
    /* relaxed: only the count matters */
    if (first && ms_options.every > 0 && (ms_add_relaxed(&thread_count, 1) + 1) % ms_options.every == 0)
      mode = MS_MODE_TRACKED;
    else if (ms_options.threads[0])
      mode = name_matches(local) ? MS_MODE_TRACKED : MS_MODE_FRESH; /* its name may still come */
    else
      mode = MS_MODE_UNTRACKED;
  }
  if (mode == MS_MODE_TRACKED)
    MS_DEBUG("thread %u is tracked by an option", ms_local_tid());
  ms_scope_set_base(local, mode);
  ms_local_leave(local);
  return mode == MS_MODE_TRACKED;
}

struct ms_thread_config ms_scope_config(const struct ms_local *local) {
  struct ms_thread_config config = {-1, 0, -1};
  if (local->scope_count > 0) {
    const struct __memscope_scope *scope = local->scopes[local->scope_count - 1].scope;
    config.sampling_rate = scope->sampling_rate;
    config.stack_depth = scope->stack_depth;
  }
  return config;
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
  /* A recursion is one scope: its outermost frame says when it ends. */
  bool inside = local->scope_count > 0 && local->scopes[local->scope_count - 1].scope == scope;
  if (!inside && local->scope_count < MS_SCOPES_MAX)
    local->scopes[local->scope_count++] = (struct ms_scope_entry){frame, scope, 0};
  apply(local);
}

/* An always_inline function shares its caller's frame: the scope tells the two apart. */
static void leave(struct __memscope_scope *scope, uintptr_t frame) {
  struct ms_local *local = &ms_local;
  pop_to(local, frame);
  if (local->scope_count > 0) {
    const struct ms_scope_entry *top = &local->scopes[local->scope_count - 1];
    local->scope_count -= top->frame == frame && top->scope == scope;
  }
  apply(local);
}

void __memscope_scope_enter(struct __memscope_scope *scope, void *frame) { enter(scope, (uintptr_t)frame); }

void __memscope_scope_exit(struct __memscope_scope *scope, void *frame) { leave(scope, (uintptr_t)frame); }

void __memscope_scope_unwound(void *frame) {
  struct ms_local *local = &ms_local;
  if (ms_unlikely(local->calling != 0 && local->calling < (uintptr_t)frame))
    local->calling = 0;
  if (ms_likely(local->scope_count == 0))
    return;
  pop_to(local, (uintptr_t)frame);
  /* As long as the thread's stack is not known, a frame that seems to be above may be a handler's. */
  if (local->scope_count > 0 &&
      (local->stack_high == 0 || !same_stack(local, local->scopes[local->scope_count - 1].frame, (uintptr_t)frame)))
    pop_handlers(local, (uintptr_t)frame);
  apply(local);
}

/* A start routine's caller is the thread library: nothing is above it but the library's own one or two functions.
 * Called by the program, it is a function like any other. */
static bool begins_thread(struct ms_thread *thread, const struct ms_scope_entry *entry) {
  const uintptr_t frame = entry->frame;
  const struct ms_frame caller = {entry->start_return, frame + 2 * sizeof(void *), *(const uintptr_t *)frame};
  struct ms_call_stack stack;
  ms_call_stack_capture(&thread->walker, caller, 3, &stack);
  return stack.flags == 0 && stack.depth <= 2;
}

void ms_scope_find_start(struct ms_local *local) {
  struct ms_scope_entry *entry = &local->scopes[0]; /* a thread begins in its outermost scope */
  if (local->scope_count == 0 || entry->start_return == 0)
    return;
  if (begins_thread(local->thread, entry))
    local->base_mode = MS_MODE_TRACKED;
  entry->start_return = 0;
}

void __memscope_thread_enter(struct __memscope_scope *scope, void *frame, void *return_address) {
  struct ms_local *local = &ms_local;
  bool outermost = local->scope_count == 0;
  enter(scope, (uintptr_t)frame);
  if (outermost && local->scope_count == 1)
    local->scopes[0].start_return = (uintptr_t)return_address;
}

void __memscope_thread_exit(struct __memscope_scope *scope, void *frame) { leave(scope, (uintptr_t)frame); }
