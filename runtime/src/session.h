/* SPDX-License-Identifier: Apache-2.0
 *
 * session.h: one run of the process: its directory, its id, its process file. It starts with the first thread that is
 * tracked, so that a program that tracks nothing writes nothing and has no thread of ours; it ends with the process.
 * Any thread; start and end take a lock, the rest does not.
 */
#ifndef MS_SESSION_H
#define MS_SESSION_H

#include <stdbool.h>
#include <stdint.h>

#include "atomics.h"
#include "facts.h"
#include "os.h"

enum ms_session_state {
  MS_SESSION_IDLE, /* nothing was tracked yet */
  MS_SESSION_RUNNING,
  MS_SESSION_FAILED, /* no directory: nothing will be recorded */
  MS_SESSION_ENDED,  /* the process is ending; late events still reach the thread files */
};

extern _Atomic int ms_session_state;

/** Starts the run unless it runs. `directory` NULL: option output_dir. @return 0 or a negative errno, with one line on
 *  stderr the first time. -EEXIST: it runs in another directory. */
int ms_session_start(const char *directory);

/** Ends the run: last readings, end record. Called once, by the process's exit. */
void ms_session_end(void);

/** Makes the child of a fork begin a run of its own, in <directory>.<pid>, when it records something. */
void ms_session_fork_child(void);

/** Returns whether there are files to write to: running, or ending. */
static inline bool ms_session_writable(void) {
  /* A3: pairs with R3 in start_locked: who sees RUNNING sees the directory and the clock. */
  int state = ms_load_acquire(&ms_session_state);
  return state == MS_SESSION_RUNNING || state == MS_SESSION_ENDED;
}

/** Returns whether the run could not be started; it is not tried again. */
static inline bool ms_session_failed(void) { return ms_load_relaxed(&ms_session_state) == MS_SESSION_FAILED; }

/** Valid while the session is writable. */
const char *ms_session_directory(void);
uint64_t ms_session_id(void);

/** Fills in what every file of the run begins with. `tid` 0: a process-wide file. */
void ms_session_file_header(struct ms_file_header *header, enum ms_file_kind kind, uint32_t header_bytes, uint32_t tid);

/** Creates a file that consists of such a header. */
int ms_session_create_file(const char *path, enum ms_file_kind kind);

/** Completes a fact and appends it to the process file; a failure is counted, and told once. */
void ms_session_append_fact(struct ms_fact *fact);

/** Writes a note for the reader of the report. */
void ms_session_append_note(const char *text);

/** Writes a reading of all clocks. */
void ms_session_write_clock(void);

/** Adds bytes to the run's size. @return false when option max_size is exceeded by them. */
bool ms_session_account(uint64_t bytes);

#endif
