/* SPDX-License-Identifier: Apache-2.0
 *
 * thread_state.h: what the runtime keeps for a thread that records something: its file and encoder, its tables, its
 * walker. Made with the first event, with the files; ends with the thread. Thread: the owner; the list of all
 * is locked.
 */
#ifndef MS_THREAD_STATE_H
#define MS_THREAD_STATE_H

#include <stdbool.h>
#include <stdint.h>

#include "call_stack.h"
#include "encoder.h"
#include "frequency.h"
#include "local.h"
#include "os.h"
#include "sampler.h"
#include "stack_table.h"
#include "window.h"

#define MS_KNOWN 64u
#define MS_THREAD_PATH_BYTES (MS_PATH_MAX + 64u) /* divisible by 8 */

/** A stack met before: at this call, in this frame, with the walker's frames as they were. Known again, it need only be
 * verified. */
struct ms_known_stack {
  uintptr_t pc, sp, fp;
  uintptr_t fp_bits; /* as in struct ms_walked_frame */
  const struct __memscope_site *site;
  uint64_t version; /* of the walker */
  uint32_t stack;   /* its place in the table */
};

/** What an event without frames needs to know of its site. */
struct ms_known_site {
  const struct __memscope_site *site;
  uint32_t stack;     /* id of a release's; 0: none yet */
  uint32_t frequency; /* as in struct ms_stack_entry */
};

#define MS_INSIDE 4u

/** A place at which an allocation is part of another call; see calling.c. */
struct ms_inside {
  uintptr_t pc, distance; /* from its frame to the call's */
};

/** How events are recorded. */
struct ms_parameters {
  double sampling_rate;
  uint64_t sample_bytes; /* goes before the rate; 0: the rate counts */
  uint32_t stack_depth;
};

struct ms_thread {
  struct ms_walker walker; /* first, since of its large arrays only the beginnings are used */
  struct ms_window window;
  struct ms_encoder encoder;
  struct __memscope_scope *scope; /* the last one written ... */
  uint32_t scope_id;              /* ... and its number; 0: none */
  uint32_t epoch;                 /* epoch.h, when last looked at */
  bool tracked;                   /* else it has only freed tracked blocks */
  bool parted;                    /* of a forked child's parent: used by an interrupted call until that is over */
  bool leaving;                   /* made in the last round of the thread's destructors: nobody will end it */
  bool plain;                     /* its clock is the counter, which the ordinary path reads itself */
  struct ms_known_stack known_stacks[MS_KNOWN];
  struct ms_known_site known_sites[MS_KNOWN];
  struct ms_inside inside[MS_INSIDE];
  uint64_t counter; /* the clock's reading for an event under way */
  struct ms_sampler sampler;
  struct ms_parameters parameters;      /* in force */
  struct ms_parameters base_parameters; /* outside all scopes: the API's, or the options */
  bool has_parameters; /* those in force may be a scope's: to be looked at again when the scope changes */
  uint32_t modules_generation;
  uint32_t tid;
  bool size_reached;  /* stopped by option max_size */
  uint64_t accounted; /* file size that the run's size includes */
  char name[16];
  struct ms_thread *next, *previous; /* list of all, or of those that are leaving, under the lock of thread_state.c */
  struct ms_thread_counters start;   /* as recorded when the thread began */
  struct ms_frequency_table frequency;
  struct ms_stack_table stacks;
  char *path;       /* in `room` */
  uint8_t *scratch; /* MS_THREAD_SCRATCH bytes for records: the program's stack may be small */
  /* The paths of both files and the scratch, one right behind the other, so that they need no page each. */
  _Alignas(8) uint8_t room[2 * MS_THREAD_PATH_BYTES + MS_THREAD_SCRATCH];
};

/** How the program itself wants a thread to be recorded where no scope says otherwise. */
struct ms_thread_config {
  struct ms_parameters parameters;
  bool frequency;
};

/** Returns whether the state is ready for the thread's next event: nothing has to be written first. */
static inline bool ms_thread_is_ready(const struct ms_thread *thread, const struct ms_local *local) {
  return thread->plain && thread->scope == local->scope && (thread->tracked || local->mode != MS_MODE_TRACKED);
}

/** Returns the calling thread's state, made with its files if need be, or NULL when nothing can be recorded.
 *  @param config from now on, but `frequency` for a state made now; NULL: the options, or what was said before.
 *  Precondition: busy is set. */
struct ms_thread *ms_thread_open(bool tracked, const struct ms_thread_config *config);

/** Puts parameters in force, and says so in the thread's file. Precondition: busy is set. */
void ms_thread_set_parameters(struct ms_thread *thread, const struct ms_parameters *parameters);

/** Ends the calling thread's state: end record, files complete. Precondition: busy is set. */
void ms_thread_finish(void);

/** Counts an event that could not be recorded. @param thread NULL: it has no state yet; counted once it has. */
void ms_thread_drop(struct ms_thread *thread, uint32_t reason);

/** Gives back what threads have left that released a tracked block in the last round of their destructors. By a thread
 * that is born, the collector and the process's end. */
void ms_thread_sweep(void);

/** Drops the states of all threads without touching their files: in the child of a fork. */
void ms_thread_fork_child(void);

/** Cuts the calling thread's state off from its files: in the child of a fork whose handler has interrupted the thread
 * at work. It is dropped by the fork's notice. */
void ms_thread_part(void);

/** Drops the calling thread's state if it is such a one, and another thread has noticed the fork. */
void ms_thread_drop_parted(void);

/** Prepares thread-exit notification; called once by the library's constructor. */
void ms_thread_setup(void);

#endif
