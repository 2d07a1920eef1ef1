/* SPDX-License-Identifier: Apache-2.0
 *
 * local.h: the thread-local part that every hook looks at: is this thread tracked, is the runtime at work in it, which
 * scopes are open. One struct, zero at a thread's birth, without a destructor: the last frees of a thread come from
 * other destructors. The rest of a thread's state hangs on it (thread_state.h).
 */
#ifndef MS_LOCAL_H
#define MS_LOCAL_H

#include <stdbool.h>
#include <stdint.h>

#include "atomics.h"
#include "memscope/abi.h"

struct ms_thread;
struct ms_fiber;
struct ms_fibers;

/** What the hooks do in a thread. */
enum ms_mode {
  MS_MODE_FRESH,                          /* no hook has run yet: ms_scope_decide makes it one of the others */
  MS_MODE_UNTRACKED = MEMSCOPE_UNTRACKED, /* the real function, nothing else */
  MS_MODE_TRACKED,
};

struct ms_scope_entry {
  uintptr_t frame;
  struct __memscope_scope *scope;
  uintptr_t variable; /* not a scope: threads created into this place are tracked as `scope` says; else 0 */
  uint8_t mode;       /* inside it, enum ms_mode; of no meaning with `variable` */
  uint8_t parameters; /* inside it, as in struct ms_local */
  uint8_t hides;      /* it switches off what would be tracked without it */
};

#define MS_SCOPES_MAX 32u

/* A stack's definition at its longest, or a file of /proc. */
#define MS_THREAD_SCRATCH (6u * 10u + 1u + MS_STACK_DEPTH_MAX * 10u)

struct ms_local {
  uint8_t mode;      /* enum ms_mode now; first, since generated code knows it as __memscope_mode */
  uint8_t base_mode; /* outside all scopes */
  uint8_t busy;      /* the runtime is at work in this thread: hooks of a signal handler stay out */
  uint8_t by_hand;   /* memscope_init_thread_tracker was called */
  uint32_t scope_count;
  struct ms_thread *ready; /* the thread's state, if the next event can be recorded as the last one was; else NULL */
  uintptr_t scope_frame;   /* of the innermost entry of `scopes`; UINTPTR_MAX: none; 0: each event asks */
  struct __memscope_scope *scope; /* innermost one that is open, or base_scope */
  uintptr_t calling;              /* frame of the entry whose real function is running, 0: none */
  uint8_t refused;                /* its files could not be made: not tried again */
  uint8_t leaving;                /* the thread's destructors are at their end: see unseen.h */
  uint8_t own_calls;              /* > 0: the C library is at work for the runtime; see preloading.h */
  uint8_t unborn;                 /* > 0: the thread cannot get a state now, if it has none */
  uint8_t here; /* enum ms_mode of the code that ran last; `mode`, but where that is to be asked with each event */
  uint8_t parameters;   /* an open scope, or the thread's variable, says how to record: see scope.h */
  uint32_t early_drops; /* events lost before the thread had a state to count them in */
  uint32_t looks;       /* hooks seen while the thread's name is waited for */
  uint32_t tid;
  struct ms_thread *thread;        /* NULL until something is recorded */
  uintptr_t stack_low, stack_high; /* of the thread's own stack, a guess before its first event; 0, 0: not asked */
  struct ms_fibers *fibers;        /* scopes on other stacks: fibers.h; NULL: there were none */
  struct ms_fiber *fiber;          /* whose scopes count now, with those below; NULL: none's */
  const void *start;               /* the routine that the thread was created to run, until it does; NULL: unknown */
  struct __memscope_scope *base_scope;         /* of the variable that this thread was created into, or NULL */
  struct ms_scope_entry scopes[MS_SCOPES_MAX]; /* on the thread's own stack, and on its signals' */
};

extern MS_HIDDEN _Thread_local struct ms_local ms_local __attribute__((tls_model("initial-exec")));

/** Returns the calling thread's kernel id; a system call the first time only. */
uint32_t ms_local_tid(void);

/** Enters the runtime. @return false when it is at work in this thread already. */
static inline bool ms_local_enter(struct ms_local *local) {
  if (ms_unlikely(local->busy))
    return false;
  local->busy = 1;
  ms_signal_fence();
  return true;
}

static inline void ms_local_leave(struct ms_local *local) {
  ms_signal_fence();
  local->busy = 0;
}

#endif
