/* SPDX-License-Identifier: Apache-2.0
 *
 * run.h: the identity of the process's run: is there one, where does it write, under which id. Set by the session
 * (session.h), read by everybody who makes a file. Any thread, no lock.
 */
#ifndef MS_RUN_H
#define MS_RUN_H

#include <stdbool.h>
#include <stdint.h>

#include "atomics.h"
#include "memscope/trace_format.h"
#include "os.h"

enum ms_run_state {
  MS_RUN_IDLE, /* nothing was tracked yet */
  MS_RUN_RUNNING,
  MS_RUN_FAILED, /* no directory: nothing will be recorded */
  MS_RUN_ENDED,  /* the process is ending; late events still reach the thread files */
};

/** What is known of the run. Written by the session under its lock, before the state says RUNNING. */
struct ms_run {
  _Atomic int state; /* enum ms_run_state */
  uint64_t id;       /* random, in every file */
  char directory[MS_PATH_MAX];
  _Atomic uint64_t bytes; /* blocks on file so far */
};

extern MS_HIDDEN struct ms_run ms_run;

/** Returns whether there are files to write to: running, or ending. */
static inline bool ms_run_writable(void) {
  /* A2: pairs with R2 in session.c: who sees RUNNING sees the directory and the clock. */
  int state = ms_load_acquire(&ms_run.state);
  return state == MS_RUN_RUNNING || state == MS_RUN_ENDED;
}

/** Returns whether nothing was ever tracked. */
static inline bool ms_run_idle(void) { return ms_load_relaxed(&ms_run.state) == MS_RUN_IDLE; }

/** Returns whether the run could not be started; it is not tried again. */
static inline bool ms_run_failed(void) { return ms_load_relaxed(&ms_run.state) == MS_RUN_FAILED; }

/** Returns the absolute path; valid while the run is writable. */
static inline const char *ms_run_directory(void) { return ms_run.directory; }

/** Fills in what every file of the run begins with. `tid` 0: a process-wide file. */
void ms_run_file_header(struct ms_file_header *header, enum ms_file_kind kind, uint32_t header_bytes, uint32_t tid);

/** Creates a file that consists of such a header. @return 0 or a negative errno. */
int ms_run_create_file(const char *path, enum ms_file_kind kind);

/** Tells the user that something of the run could not be kept, once for each reason; what and how much, the run says.
 */
void ms_run_complain(int error);

/** Adds bytes to the run's size. @return false when option max_size is exceeded by them. */
bool ms_run_account(uint64_t bytes);

#endif
