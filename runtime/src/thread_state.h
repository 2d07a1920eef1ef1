/* SPDX-License-Identifier: Apache-2.0
 *
 * thread_state.h: what the runtime keeps for a thread. `ms_local` is the small thread-local part that every hook looks
 * at; `struct ms_thread` is made when the thread first records something, with its files, and ends with the thread. No
 * thread-local has a destructor: the last frees of a thread come from other destructors.
 */
#ifndef MS_THREAD_STATE_H
#define MS_THREAD_STATE_H

#include <stdbool.h>
#include <stdint.h>

#include "call_stack.h"
#include "encoder.h"
#include "frequency.h"
#include "memscope/abi.h"
#include "os.h"
#include "stack_table.h"
#include "window.h"

/** What the hooks do in a thread. */
enum ms_mode {
  MS_MODE_FRESH,     /* no hook has run yet: ms_scope_decide makes it one of the others */
  MS_MODE_UNTRACKED, /* the real function, nothing else */
  MS_MODE_TRACKED,
};

struct ms_scope_entry {
  uintptr_t frame;
  struct __memscope_scope *scope;
};

#define MS_SCOPES_MAX 32u

/* A stack's definition at its longest, or a file of /proc. */
#define MS_THREAD_SCRATCH (6u * 10u + 1u + MS_STACK_DEPTH_MAX * 10u)

struct ms_local {
  uint8_t mode;      /* enum ms_mode now */
  uint8_t base_mode; /* outside all scopes */
  uint8_t busy;      /* the runtime is at work in this thread: hooks of a signal handler stay out */
  uint8_t by_hand;   /* memscope_init_thread_tracker was called */
  uint32_t scope_count;
  uint8_t refused; /* its files could not be made: not tried again */
  uint32_t looks;  /* hooks seen while the thread's name is waited for */
  uint32_t tid;
  struct ms_thread *thread; /* NULL until something is recorded */
  struct ms_scope_entry scopes[MS_SCOPES_MAX];
};

extern _Thread_local struct ms_local ms_local __attribute__((tls_model("initial-exec")));

struct ms_thread {
  struct ms_window window;
  struct ms_encoder encoder;
  struct ms_stack_table stacks;
  struct ms_frequency_table frequency;
  struct ms_walker walker;
  struct ms_call_stack stack;         /* scratch of the walk */
  uint8_t scratch[MS_THREAD_SCRATCH]; /* for records: the program's stack may be small */
  uint64_t random;                    /* state of the sampling decision */
  uint64_t sampling_threshold;        /* record when the next random number is below; UINT64_MAX: always */
  double weight;                      /* of a sampled allocation */
  uint32_t stack_depth;
  uint32_t scope_id; /* last one written */
  uint32_t modules_generation;
  uint32_t tid;
  bool tracked;       /* else it has only freed tracked blocks */
  bool size_reached;  /* stopped by option max_size */
  uint64_t accounted; /* file size that the run's size includes */
  char name[16];
  struct ms_thread *next, *previous; /* list of all, under the lock of thread_state.c */
  char path[MS_PATH_MAX + 64], frequency_path[MS_PATH_MAX + 64];
};

/** How a thread is to be recorded; 0 and negative values: the options. */
struct ms_thread_config {
  double sampling_rate;
  uint32_t stack_depth;
  int frequency;
};

/** Returns the calling thread's state, made with its files if need be, or NULL when nothing can be recorded.
 * Precondition: busy is set. */
struct ms_thread *ms_thread_current(bool tracked);

/** The same with a configuration for a state made now. */
struct ms_thread *ms_thread_open(bool tracked, const struct ms_thread_config *config);

/** Ends the calling thread's state: end record, files complete. Precondition: busy is set. */
void ms_thread_finish(void);

/** Counts an event that could not be recorded. */
void ms_thread_drop(struct ms_thread *thread, uint32_t reason);

/** Drops the states of all threads without touching their files: in the child of a fork. */
void ms_thread_fork_child(void);

/** Prepares thread-exit notification; called once by the library's constructor. */
void ms_thread_setup(void);

/** Returns the calling thread's kernel id; a system call the first time only. */
uint32_t ms_thread_tid(void);

/** Enters the runtime. @return false when it is at work in this thread already. */
static inline bool ms_thread_enter(struct ms_local *local) {
  if (ms_unlikely(local->busy))
    return false;
  local->busy = 1;
  ms_signal_fence();
  return true;
}

static inline void ms_thread_leave(struct ms_local *local) {
  ms_signal_fence();
  local->busy = 0;
}

#endif
