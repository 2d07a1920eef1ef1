/* SPDX-License-Identifier: Apache-2.0
 *
 * thread_creation.h: threads that are created into an annotated variable, or to run an annotated function, are tracked
 * from their first instruction. The entries of pthread_create and the like are in thread_creation.c.
 */
#ifndef MS_THREAD_CREATION_H
#define MS_THREAD_CREATION_H

/** Prepares the child of a fork: the threads that its parent was about to create are not there. */
void ms_thread_creation_fork_child(void);

#endif
