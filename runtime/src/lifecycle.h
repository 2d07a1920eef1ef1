/* SPDX-License-Identifier: Apache-2.0
 *
 * lifecycle.h: start of the library, end of the process, fork.
 */
#ifndef MS_LIFECYCLE_H
#define MS_LIFECYCLE_H

/** Prepares the library: options, thread-exit and fork notification. Whoever comes first does it: its own constructor,
 * an instrumented module's, or a call of the API from an even earlier constructor. Later calls do nothing. */
void ms_lifecycle_start(void);

/** The part of it that asks for no lock of the C library: an event may come from under one. Forks are noticed with the
 *  child's first event meanwhile. */
void ms_lifecycle_prepare(void);

/** Completes the calling thread's state and the run, and exports it if that is asked for. At the process's end. */
void ms_lifecycle_end(void);

/** Makes the child of a fork that no handler told us of (epoch.h) start clean. Called by its first event. */
void ms_lifecycle_notice_fork(void);

#endif
