/* SPDX-License-Identifier: Apache-2.0
 *
 * thread_state.c: birth and end of a thread's state. Order of a birth: session, memory, files, start record, list.
 * Order of an end: name, end record, files, list, memory. None of it is on the ordinary hot path.
 */
#define _GNU_SOURCE
#include "thread_state.h"

#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "diagnostics.h"
#include "epoch.h"
#include "fibers.h"
#include "lifecycle.h"
#include "modules.h"
#include "options.h"
#include "own_io.h"
#include "preloading.h"
#include "process_file.h"
#include "resources/collector.h"
#include "resources/thread_counters.h"
#include "run.h"
#include "scope.h"
#include "session.h"
#include "unseen.h"
#include "varint.h"

static struct ms_thread *threads, *leavers;
static atomic_uint leaver_count;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_key_t exit_key;
static bool exit_key_made;

/* ---- files ---- */

static void make_path(char *out, size_t capacity, const char *kind, uint32_t tid, unsigned attempt,
                      const char *suffix) {
  char again[16] = "";
  if (attempt > 1)
    snprintf(again, sizeof again, "-%u", attempt);
  snprintf(out, capacity, "%s/memscope_%s_%u%s.%s", ms_run_directory(), kind, tid, again, suffix);
}

/* The next place behind a text at which a word may stand, given that the text stands at one. */
static uint8_t *behind(char *text) { return (uint8_t *)text + (strlen(text) + 8) / 8 * 8; }

/* Said on stderr, and in the run if it can be. */
static void note_loss(const struct ms_thread *thread, const char *what, int error) {
  char text[128];
  ms_run_complain(error);
  snprintf(text, sizeof text, "thread %u %s: %s", thread->tid, what, ms_os_error_text(error));
  ms_process_file_note(text);
}

/* A tid is used again after its thread has ended; the file of the new thread gets the next number. */
static int open_files(struct ms_thread *thread, bool frequency) {
  struct ms_thread_file head;
  memset(&head, 0, sizeof head);
  ms_run_file_header(&head.file, MS_FILE_THREAD, MS_WINDOW_HEAD_BYTES, thread->tid);
  head.flags = thread->tracked ? MS_THREAD_TRACKED : 0;
  const char *kind = thread->tracked ? "thread" : "untracked";
  unsigned attempt = 1;
  int error;
  thread->path = (char *)thread->room;
  do {
    make_path(thread->path, MS_THREAD_PATH_BYTES, kind, thread->tid, attempt, "bin");
    error = ms_window_open(&thread->window, thread->path, &head);
  } while (error == -EEXIST && ++attempt < 1000000);
  thread->scratch = behind(thread->path);
  if (error != 0 || !thread->tracked || !frequency)
    return error;
  struct ms_file_header frequency_head;
  ms_run_file_header(&frequency_head, MS_FILE_FREQUENCY, sizeof frequency_head, thread->tid);
  char *path = (char *)thread->scratch;
  make_path(path, MS_THREAD_PATH_BYTES, kind, thread->tid, attempt, "freq");
  thread->scratch = behind(path);
  error = ms_frequency_open(&thread->frequency, path, &frequency_head);
  if (error != 0)
    note_loss(thread, "has no exact counts", error);
  return 0;
}

/* ---- records of a thread's life ---- */

static void write_counters(struct ms_thread *thread, enum ms_control kind) {
  struct ms_thread_counters counters;
  bool first = kind == MS_CONTROL_THREAD_START;
  ms_thread_counters_read(&counters, first ? NULL : &thread->start, (char *)thread->scratch, MS_THREAD_SCRATCH);
  if (first)
    thread->start = counters;
  ms_encoder_control(&thread->encoder, &thread->window, kind, &counters, sizeof counters);
}

static void write_name(struct ms_thread *thread) {
  char name[sizeof thread->name];
  ms_os_thread_name(name, sizeof name);
  if (strcmp(name, thread->name) == 0)
    return;
  memcpy(thread->name, name, sizeof name);
  struct {
    uint64_t ticks;
    char name[sizeof thread->name];
  } record = {.ticks = ms_clock_now()};
  memcpy(record.name, name, sizeof name);
  ms_encoder_control(&thread->encoder, &thread->window, MS_CONTROL_THREAD_NAME, &record,
                     (uint32_t)(sizeof record.ticks + strlen(name)));
}

/* ---- birth ---- */

static void configure(struct ms_thread *thread, const struct ms_thread_config *config) {
  thread->base_parameters =
      config ? config->parameters
             : (struct ms_parameters){ms_options.sampling_rate, ms_options.sample_bytes, ms_options.stack_depth};
  thread->parameters = (struct ms_parameters){.sampling_rate = 1, .stack_depth = thread->base_parameters.stack_depth};
  ms_sampler_start(&thread->sampler, 1, 0, ms_os_random());
  thread->plain = ms_clock_has_counter;
}

/* Varint bytes, then the rate: of the two the one that counts, the other as if it were not there. */
static void write_sampling(struct ms_thread *thread) {
  uint8_t payload[MS_VARINT_MAX + sizeof(double)];
  uint8_t *at = ms_varint_put(payload, thread->parameters.sample_bytes);
  double rate = thread->parameters.sample_bytes > 0 ? 1 : thread->parameters.sampling_rate;
  memcpy(at, &rate, sizeof rate);
  ms_encoder_control(&thread->encoder, &thread->window, MS_CONTROL_SAMPLING, payload,
                     (uint32_t)(at + sizeof rate - payload));
}

void ms_thread_set_parameters(struct ms_thread *thread, const struct ms_parameters *parameters) {
  struct ms_parameters before = thread->parameters;
  uint32_t depth = parameters->stack_depth;
  thread->parameters = *parameters;
  thread->parameters.stack_depth = depth < MS_STACK_DEPTH_MAX ? depth : MS_STACK_DEPTH_MAX;
  /* A stack is known only with as many frames as were looked at. */
  if (thread->parameters.stack_depth != before.stack_depth)
    memset(thread->known_stacks, 0, sizeof thread->known_stacks);
  if (parameters->sampling_rate == before.sampling_rate && parameters->sample_bytes == before.sample_bytes)
    return;
  ms_sampler_change(&thread->sampler, parameters->sampling_rate, parameters->sample_bytes);
  if (thread->tracked)
    write_sampling(thread);
}

static struct ms_thread **list_of(const struct ms_thread *thread) { return thread->leaving ? &leavers : &threads; }

static void add_to_list(struct ms_thread *thread) {
  pthread_mutex_lock(&lock);
  struct ms_thread **list = list_of(thread);
  thread->next = *list;
  if (thread->next)
    thread->next->previous = thread;
  *list = thread;
  if (thread->leaving)
    (void)ms_add_relaxed(&leaver_count, 1); /* relaxed: read under the lock, and before it as a hint */
  pthread_mutex_unlock(&lock);
}

static void remove_locked(struct ms_thread *thread) {
  if (thread->previous)
    thread->previous->next = thread->next;
  else
    *list_of(thread) = thread->next;
  if (thread->next)
    thread->next->previous = thread->previous;
  if (thread->leaving)
    (void)ms_add_relaxed(&leaver_count, -1u); /* relaxed: as in add_to_list */
}

static void remove_from_list(struct ms_thread *thread) {
  pthread_mutex_lock(&lock);
  remove_locked(thread);
  pthread_mutex_unlock(&lock);
}

/* Gives the memory back; what is not in a file yet is lost. */
static void drop(struct ms_thread *thread) {
  ms_window_abandon(&thread->window);
  ms_frequency_close(&thread->frequency);
  ms_stack_table_close(&thread->stacks);
  ms_walker_close(&thread->walker);
  ms_os_unmap(thread, sizeof *thread);
}

static void release(struct ms_thread *thread) {
  ms_window_close(&thread->window);
  drop(thread);
}

/* Its events are missing in the run. */
static void refuse(int error) {
  ms_process_file_lose_thread(error);
  MS_DEBUG("thread %u is not recorded: %s", ms_local_tid(), ms_os_error_text(error));
  ms_local.refused = 1;
}

/* Why a thread gets a file, for the debug log; a scope's function follows. */
static const char *reason(bool tracked) {
  if (!tracked)
    return "released a tracked block; its own are not tracked";
  if (ms_local.scope)
    return ms_local.scope == ms_local.base_scope ? "tracked: created into " : "tracked: inside ";
  return ms_local.by_hand ? "tracked: memscope_init_thread_tracker" : "tracked: by an option";
}

static void take_early_drops(struct ms_thread *thread) {
  for (; ms_local.early_drops > 0; ms_local.early_drops--)
    ms_thread_drop(thread, MS_DROP_REENTERED);
}

static MS_COLD struct ms_thread *make(bool tracked, const struct ms_thread_config *config) {
  struct ms_thread *thread = ms_os_map(sizeof *thread);
  if (!thread) {
    refuse(-ENOMEM);
    return NULL;
  }
  thread->tid = ms_local_tid();
  thread->tracked = tracked;
  thread->leaving = ms_local.leaving;
  thread->modules_generation = ms_load_relaxed(&ms_modules_generation); /* relaxed: only compared */
  configure(thread, config);
  ms_stack_table_open(&thread->stacks);
  int error = open_files(thread, config ? config->frequency : ms_options.frequency);
  if (error != 0) {
    release(thread);
    refuse(error);
    return NULL;
  }
  ms_walker_open(&thread->walker);
  thread->encoder.last_ticks = ms_clock_now();
  write_counters(thread, MS_CONTROL_THREAD_START);
  write_name(thread);
  ms_thread_set_parameters(thread, &thread->base_parameters);
  add_to_list(thread);
  ms_local.thread = thread;
  ms_scope_know_stack(&ms_local, thread->walker.stack_low, thread->walker.stack_high);
  take_early_drops(thread);
  if (exit_key_made)
    pthread_setspecific(exit_key, (void *)1);
  const char *inside = "";
  if (tracked && ms_local.scope)
    inside = ms_local.scope->function;
  MS_DEBUG("thread %u \"%s\": %s%s", thread->tid, thread->name, reason(tracked), inside);
  return thread;
}

static MS_COLD struct ms_thread *open_slow(bool tracked, const struct ms_thread_config *config) {
  if (ms_fork_unnoticed()) /* by a signal handler, since the event was looked at */
    ms_lifecycle_notice_fork();
  ms_thread_sweep();
  if (ms_local.thread) /* it has only freed so far; its own allocations go into a file of their own kind */
    ms_thread_finish();
  ms_own_io_start(ms_local_tid());
  if (ms_local.refused || ms_run_failed() || (!ms_run_writable() && ms_session_start(NULL) != 0))
    return NULL;
  return make(tracked, config);
}

struct ms_thread *ms_thread_open(bool tracked, const struct ms_thread_config *config) {
  struct ms_thread *thread = ms_local.thread;
  if (ms_likely(thread != NULL && (thread->tracked || !tracked))) {
    if (ms_unlikely(config != NULL)) {
      thread->base_parameters = config->parameters;
      thread->has_parameters = true; /* not those of a scope, but to be looked at */
    }
    return thread;
  }
  /* A fork in a signal handler would leave the child to open the parent's files. */
  uint64_t signals = ms_os_hold_signals();
  ms_own_calls_begin(&ms_local);
  ms_unseen_begin();
  thread = open_slow(tracked, config);
  ms_unseen_end();
  ms_own_calls_end(&ms_local);
  ms_os_release_signals(signals);
  return thread;
}

void ms_thread_drop(struct ms_thread *thread, uint32_t reason) {
  if (!thread) { /* a handler that interrupts the making of it */
    ms_local.early_drops++;
    return;
  }
  struct ms_thread_file *head = ms_window_head(&thread->window);
  head->dropped_events++;
  head->drop_reasons |= reason;
}

/* ---- end ---- */

static void finish(void) {
  struct ms_thread *thread = ms_local.thread;
  ms_local.thread = ms_local.ready = NULL;
  if (!thread || ms_fork_unnoticed()) /* a child has no part in its parent's files */
    return;
  write_name(thread);
  write_counters(thread, MS_CONTROL_THREAD_END);
  remove_from_list(thread);
  release(thread);
}

void ms_thread_finish(void) {
  uint64_t signals = ms_os_hold_signals();
  finish();
  ms_os_release_signals(signals);
}

/* A thread is looked for by its tid, which may be another one's by now: then by the next to look. */
void ms_thread_sweep(void) {
  if (ms_load_relaxed(&leaver_count) == 0) /* relaxed: as in add_to_list */
    return;
  struct ms_thread *gone = NULL;
  pthread_mutex_lock(&lock);
  for (struct ms_thread *thread = leavers, *next; thread; thread = next) {
    next = thread->next;
    if (ms_os_thread_exists(thread->tid))
      continue;
    remove_locked(thread);
    thread->next = gone;
    gone = thread;
  }
  pthread_mutex_unlock(&lock);
  for (struct ms_thread *next; gone; gone = next) {
    next = gone->next;
    release(gone);
  }
}

/* Other keys' destructors and their frees may still come after this one: it asks to be called again until the last
 * round that the thread library makes. What is freed after that opens a file of its own, which no destructor will end.
 */
static void on_thread_exit(void *round) {
  uintptr_t next = (uintptr_t)round + 1;
  if (next <= PTHREAD_DESTRUCTOR_ITERATIONS) {
    pthread_setspecific(exit_key, (void *)next);
    return;
  }
  struct ms_local *local = &ms_local;
  if (ms_local_enter(local)) {
    local->leaving = 1;
    ms_thread_finish();
    local->mode = local->here = local->base_mode = MS_MODE_UNTRACKED;
    ms_fibers_end(local);
    if (ms_local_tid() == ms_os_pid() && !ms_fork_unnoticed())
      ms_collector_outlive_main();
    ms_local_leave(local);
  }
}

/* The main thread, which loads the library, has an exit to be noticed whether it records anything or not. */
void ms_thread_setup(void) {
  exit_key_made = pthread_key_create(&exit_key, on_thread_exit) == 0;
  if (exit_key_made)
    pthread_setspecific(exit_key, (void *)1);
}

/* ---- fork ---- */

static void drop_all(struct ms_thread *thread) {
  for (struct ms_thread *next; thread; thread = next) {
    next = thread->next;
    drop(thread);
  }
}

/* The thread that has forked is the child's first. Where it is another one that notices the fork, that one may just be
 * at work with its state, and the others' are left where they are. */
static void part_all(struct ms_thread *thread) {
  for (; thread; thread = thread->next)
    thread->parted = true;
}

static void begin_local(void) {
  ms_local.thread = ms_local.ready = NULL;
  ms_local.tid = 0;
  ms_local.refused = 0;
}

void ms_thread_fork_child(void) {
  pthread_mutex_init(&lock, NULL); /* another thread, which is no more, may have held it at the fork */
  void (*end)(struct ms_thread *) = ms_os_tid() == ms_os_pid() ? drop_all : part_all;
  end(threads);
  end(leavers);
  threads = leavers = NULL;
  ms_store_relaxed(&leaver_count, 0); /* relaxed: as in add_to_list */
  begin_local();
}

void ms_thread_part(void) {
  struct ms_thread *thread = ms_local.thread;
  pthread_mutex_init(&lock, NULL); /* as in ms_thread_fork_child */
  ms_local.tid = 0;
  ms_local.refused = 0;
  if (!thread)
    return;
  thread->parted = true;
  ms_window_part(&thread->window);
  ms_frequency_part(&thread->frequency);
}

void ms_thread_drop_parted(void) {
  struct ms_thread *thread = ms_local.thread;
  if (!thread || !thread->parted)
    return;
  begin_local();
  drop(thread);
}
