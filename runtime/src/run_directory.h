/* SPDX-License-Identifier: Apache-2.0
 *
 * run_directory.h: makes a directory ready for a run. It may hold an earlier run, other files, or a run in progress of
 * another process; nothing that is not MemScope's is ever moved or removed. Called by the session's start, under its
 * lock.
 */
#ifndef MS_RUN_DIRECTORY_H
#define MS_RUN_DIRECTORY_H

#include <stddef.h>

/** Keeps the option's directory, as it is meant where the program begins; called once by the library's constructor. */
void ms_run_directory_start(const char *output_dir);
/** From now on, in a child, it is its parent's with the child's number behind it. */
void ms_run_directory_fork_child(const char *parents);
/** Returns where a run goes if nobody says otherwise. */
const char *ms_run_directory_preferred(void);

/**
 * Prepares `wanted` and copies the absolute path of the directory to use to `directory`.
 *
 * Files of an earlier run in it, its exports included, move to `<wanted>.old`, whose own run goes. Where the run is of
 * a process of the same tree (process_tree.h), or another process is still recording there, or another copy of MemScope
 * in this one, `<wanted>.<pid>` is used instead, or `<wanted>.<pid>-2` and so on.
 * @param lock for ms_os_unlock_directory: held until the new run's process file stands, so that of processes that start
 *             together each sees the others.
 * @return 0, or a negative errno with `directory` set as far as it is known.
 */
int ms_run_directory_prepare(const char *wanted, char *directory, size_t capacity, int *lock);

#endif
