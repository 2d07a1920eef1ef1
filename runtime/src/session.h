/* SPDX-License-Identifier: Apache-2.0
 *
 * session.h: starts and ends the process's run. It starts with the first thread that is tracked, so that a program that
 * tracks nothing writes nothing and has no thread of ours; it ends with the process. Any thread; takes a lock.
 */
#ifndef MS_SESSION_H
#define MS_SESSION_H

/** Starts the run unless it runs. `directory` NULL: option output_dir. @return 0 or a negative errno, with one line on
 *  stderr the first time. -EEXIST: it runs in another directory. */
int ms_session_start(const char *directory);

/** Ends the run: last readings, end record. Called once, by the process's exit. */
void ms_session_end(void);

/** Makes the child of a fork begin a run of its own, in <directory>.<pid>, when it records something. */
void ms_session_fork_child(void);

#endif
