/* SPDX-License-Identifier: Apache-2.0
 *
 * session.c: the order of a start: clock, directory, process file with its first facts, then RUNNING (R2), then the
 * collector. The order of an end: ENDED, collector, last facts.
 */
#include "session.h"

#include <errno.h>
#include <pthread.h>
#include <string.h>

#include "clock.h"
#include "compressor.h"
#include "crc32c.h"
#include "diagnostics.h"
#include "modules.h"
#include "os.h"
#include "process_file.h"
#include "process_tree.h"
#include "resources/collector.h"
#include "run.h"
#include "run_directory.h"
#include "sites.h"

/* The first tracked thread may have a small stack, or be in a signal handler on one. */
#define START_STACK_BYTES (256u * 1024u)

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

/* ---- start ---- */

static int make_files(const char *wanted) {
  int lock_handle = -1;
  ms_process_tree_join();
  int error = ms_run_directory_prepare(wanted, ms_run.directory, sizeof ms_run.directory - 64, &lock_handle);
  if (error == 0)
    error = ms_process_file_open();
  ms_os_unlock_directory(lock_handle); /* the process file says now whose run this is */
  if (error != 0)
    return error;
  ms_process_file_hold();
  ms_process_file_clock();
  ms_process_file_describe();
  ms_compressor_complain();
  error = ms_process_file_flush();
  if (error != 0)
    ms_process_file_remove();
  return error;
}

static int start_locked(const char *wanted) {
  ms_clock_start();
  ms_crc32c_start();
  ms_run.id = ms_os_random() << 32 | ms_os_process_token();
  int error = make_files(wanted);
  if (error != 0)
    return error;
  ms_store_release(&ms_run.state, MS_RUN_RUNNING); /* R2: publishes directory, id and clock; pairs with A2 */
  ms_process_file_tell();
  MS_DEBUG("recording into %s", ms_run_directory());
  return 0;
}

/* What may wait for the loader's locks, without ours: a thread that has one of those may be waiting for the run. */
static void complete_start(void *unused) {
  (void)unused;
  ms_modules_refresh();
  ms_collector_start();
}

struct start {
  const char *wanted;
  int error;
};

static void start_at_ease(void *argument) {
  struct start *start = argument;
  start->error = start_locked(start->wanted);
}

/* A start holds the directory's lock, by a descriptor. */
static void run_start(void *argument) {
  if (ms_os_descriptors_are_few())
    ms_os_run_with_own_descriptors(start_at_ease, argument);
  else
    start_at_ease(argument);
}

/* `directory` NULL: the option's, and a failure is final; a caller of the API may try another one. */
static int start(const char *directory) {
  struct start start = {directory ? directory : ms_run_directory_preferred(), 0};
  int error = ms_os_run_on_stack(START_STACK_BYTES, run_start, &start);
  if (error == 0)
    error = start.error;
  if (error == 0)
    return 0;
  ms_warn("%s: %s: nothing is recorded", ms_run.directory[0] ? ms_run.directory : start.wanted,
          ms_os_error_text(error));
  if (!directory)
    ms_store_relaxed(&ms_run.state, MS_RUN_FAILED); /* relaxed: nothing else is to be seen */
  return error;
}

int ms_session_start(const char *directory) {
  int error = 0;
  bool started = false;
  /* A handler would find a stack that it does not know, and the child of its fork would go on making this run. */
  uint64_t signals = ms_os_hold_signals();
  pthread_mutex_lock(&lock);
  switch (ms_load_relaxed(&ms_run.state)) { /* relaxed: under the lock */
  case MS_RUN_IDLE:
    error = start(directory);
    started = error == 0;
    break;
  case MS_RUN_RUNNING:
  case MS_RUN_ENDED:
    if (directory) {
      char absolute[MS_PATH_MAX];
      error = ms_os_absolute(directory, absolute, sizeof absolute);
      if (error == 0 && strcmp(absolute, ms_run.directory) != 0)
        error = -EEXIST;
    }
    break;
  default:
    error = -EIO;
  }
  pthread_mutex_unlock(&lock);
  if (started)
    (void)ms_os_run_on_stack(START_STACK_BYTES, complete_start, NULL);
  ms_os_release_signals(signals);
  return error;
}

/* ---- end ---- */

void ms_session_end(void) {
  int running = MS_RUN_RUNNING;
  if (!ms_cas_acq_rel(&ms_run.state, &running, MS_RUN_ENDED)) /* no partner: one thread ends the run */
    return;
  if (!ms_collector_stop())
    ms_modules_refresh();
  ms_os_print_kept(); /* of the collector's */
  ms_process_file_clock();
  ms_process_file_end();
}

void ms_session_fork_child(void) {
  pthread_mutex_init(&lock, NULL); /* another thread, which is no more, may have held it at the fork */
  ms_modules_restart();
  ms_collector_fork_child();
  if (!ms_run_writable())
    return;
  ms_process_file_inherit(ms_sites_count(), ms_sites_scope_count());
  ms_run_directory_fork_child(ms_run_directory());
  ms_store_relaxed(&ms_run.bytes, 0); /* relaxed, both: one thread */
  ms_store_relaxed(&ms_run.state, MS_RUN_IDLE);
}
