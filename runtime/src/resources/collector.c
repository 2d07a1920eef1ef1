/* SPDX-License-Identifier: Apache-2.0
 *
 * collector.c: the loop. A period is counted from the start, so that samples do not drift; a sample that took too long
 * skips the ones it missed. Beside the samples it writes a clock reading and looks for new modules about every second.
 *
 * It has a table of descriptors of its own. Once the main thread has ended it cannot have that: it may be the last
 * thread, in which the C library ends the process, and what that flushes goes to descriptors of the program. So another
 * one takes over then, which samples by a helper.
 */
#define _GNU_SOURCE
#include "collector.h"

#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "../atomics.h"
#include "../clock.h"
#include "../local.h"
#include "../modules.h"
#include "../options.h"
#include "../os.h"
#include "../process_file.h"
#include "../run.h"
#include "../thread_state.h"
#include "kept_files.h"
#include "sources.h"

#define NAME "memscope"
#define STOP_PATIENCE_NS 2000000000u
#define LOOK_NS 20000000u /* for whether it is alone */

static struct {
  pthread_mutex_t lock;
  pthread_cond_t wake, ended;
  bool running, stop, done;
  bool outlives_main; /* among the program's threads and descriptors */
  _Atomic int turn;   /* whose it is, starts or stops it */
  uint64_t handle[MS_OS_THREAD_WORDS];
  char path[MS_PATH_MAX + 32];
  struct ms_sample sample;
} collector;

static void sample_into(void *error) {
  struct ms_sample *sample = &collector.sample;
  uint64_t begin = ms_os_monotonic_ns(), ticks = ms_clock_now();
  ms_sample_begin(sample);
  ms_source_cpu(sample);
  ms_source_memory(sample);
  ms_source_threads(sample);
  ms_source_gpu(sample);
  *(int *)error = ms_sample_end(sample, ticks, ms_os_monotonic_ns() - begin);
}

static int take_sample(void) {
  int error;
  if (collector.outlives_main)
    ms_os_run_with_own_descriptors(sample_into, &error);
  else
    sample_into(&error);
  return error;
}

/* Waits for the time or for the stop. @return whether to go on. */
static bool wait_for_stop(uint64_t due_ns) {
  struct timespec due = {(time_t)(due_ns / 1000000000u), (long)(due_ns % 1000000000u)};
  pthread_mutex_lock(&collector.lock);
  while (!collector.stop && pthread_cond_timedwait(&collector.wake, &collector.lock, &due) == 0)
    ;
  bool go_on = !collector.stop;
  pthread_mutex_unlock(&collector.lock);
  return go_on;
}

static bool wait_until(uint64_t due_ns) {
  if (!collector.outlives_main)
    return wait_for_stop(due_ns);
  for (uint64_t now; ms_os_thread_count() > 2;) { /* the main thread and this one */
    now = ms_os_monotonic_ns();
    if (now >= due_ns)
      return true;
    if (!wait_for_stop(due_ns - now < LOOK_NS ? due_ns : now + LOOK_NS))
      return false;
  }
  return false;
}

static void note_loss(const char *what, int error) {
  char text[128];
  ms_run_complain(error);
  snprintf(text, sizeof text, "%s: %s", what, ms_os_error_text(error));
  ms_process_file_note(text);
}

static void *run(void *argument) {
  (void)argument;
  pthread_setname_np(pthread_self(), NAME);
  ms_local.busy = 1; /* nothing of this thread is ever recorded */
  /* Refused by an old kernel, it opens its files among the program's, and keeps none open. */
  ms_kept_files_start(!collector.outlives_main && ms_os_leave_descriptors() == 0);
  uint64_t period = 1000000000u / ms_options.resources, due = ms_os_monotonic_ns(), last_clock = due;
  int error = collector.sample.kept ? 0 : ms_sample_open(&collector.sample, collector.path);
  while (error == 0) {
    error = take_sample();
    ms_thread_sweep();
    uint64_t now = ms_os_monotonic_ns();
    if (now - last_clock >= 1000000000u) {
      last_clock = now;
      ms_process_file_clock();
      ms_modules_refresh();
    }
    due += period;
    if (due < now)
      due = now + period - (now - due) % period;
    if (error != 0 || !wait_until(due))
      break;
  }
  if (error == 0)
    error = take_sample();
  if (error != 0)
    note_loss("there are no more resource samples", error);
  ms_modules_refresh();
  pthread_mutex_lock(&collector.lock);
  collector.done = true;
  pthread_cond_signal(&collector.ended);
  pthread_mutex_unlock(&collector.lock);
  if (collector.outlives_main && !collector.stop) { /* it ends the process, handlers of the program's included */
    ms_local.busy = 0;
    ms_os_release_signals(0);
  }
  return NULL;
}

static void prepare(void) {
  pthread_condattr_t attributes;
  pthread_condattr_init(&attributes);
  pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
  pthread_mutex_init(&collector.lock, NULL);
  pthread_cond_init(&collector.wake, &attributes);
  pthread_cond_init(&collector.ended, &attributes);
  pthread_condattr_destroy(&attributes);
  collector.stop = collector.done = false;
}

/* The run begins, the main thread ends and the process ends in any threads. @return false where another takes too long.
 */
static bool take_turn(void) {
  for (unsigned looks = 0; looks < STOP_PATIENCE_NS / MS_PAUSE_NS; looks++, ms_os_pause()) {
    int before = 0;
    if (ms_cas_acq_rel(&collector.turn, &before, 1)) /* A8: pairs with R8 in end_turn */
      return true;
  }
  return false;
}

static void end_turn(void) { ms_store_release(&collector.turn, 0); } /* R8: what runs; pairs with A8 in take_turn */

static int start(void) {
  prepare();
  int error = ms_os_start_thread(run, NULL, collector.handle);
  collector.running = error == 0;
  return error;
}

void ms_collector_start(void) {
  if (ms_options.resources == 0 || !take_turn())
    return;
  snprintf(collector.path, sizeof collector.path, "%s/memscope_resources.bin", ms_run_directory());
  int error = ms_run_create_file(collector.path, MS_FILE_RESOURCES);
  if (error == 0)
    error = start();
  if (error != 0)
    note_loss("there are no resource samples", error);
  end_turn();
}

/* @return whether it has ended in time. */
static bool wait_for_end(void) {
  uint64_t due_ns = ms_os_monotonic_ns() + STOP_PATIENCE_NS;
  struct timespec due = {(time_t)(due_ns / 1000000000u), (long)(due_ns % 1000000000u)};
  int cancel;
  pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &cancel);
  pthread_mutex_lock(&collector.lock);
  collector.stop = true;
  pthread_cond_signal(&collector.wake);
  while (!collector.done && pthread_cond_timedwait(&collector.ended, &collector.lock, &due) == 0)
    ;
  bool done = collector.done;
  pthread_mutex_unlock(&collector.lock);
  pthread_setcancelstate(cancel, &cancel);
  return done;
}

/* @return whether it has ended, and may be started again. */
static bool stop(void) {
  bool ended = wait_for_end() && collector.running; /* else a handler has forked meanwhile, and this is the child */
  if (ended)
    ms_os_join_thread(collector.handle); /* which is no error where it is the calling one */
  collector.running = false;
  return ended;
}

bool ms_collector_stop(void) {
  if (!take_turn() || !collector.running) /* a turn that is not given back: nothing is started any more */
    return false;
  if (stop())
    ms_sample_close(&collector.sample);
  return true;
}

void ms_collector_outlive_main(void) {
  if (!take_turn())
    return;
  bool running = collector.running;
  collector.outlives_main = !running || stop(); /* one that is still to begin, too */
  int error = running && collector.outlives_main ? start() : 0;
  if (error != 0)
    note_loss("there are no more resource samples", error);
  end_turn();
}

void ms_collector_fork_child(void) {
  if (collector.running)
    pthread_mutex_init(&collector.lock, NULL); /* the collector, which is no more, may have held it at the fork */
  collector.running = collector.outlives_main = false;
  ms_store_relaxed(&collector.turn, 0); /* relaxed: one thread */
  ms_sample_close(&collector.sample);
}
