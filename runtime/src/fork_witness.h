/* SPDX-License-Identifier: Apache-2.0
 *
 * fork_witness.h: is this process the child of a fork that nobody told us of? libc calls fork handlers for fork(), but
 * not for a raw system call. The witness is a byte in a page that the kernel wipes in every child. Any thread.
 */
#ifndef MS_FORK_WITNESS_H
#define MS_FORK_WITNESS_H

#include <stdbool.h>

/** 1, or 0 in a child that has not noticed yet. */
extern volatile unsigned char *ms_fork_witness;

/** Makes the witness; before that, forks are noticed by handlers only. Called once. */
void ms_fork_witness_start(void);

/** Says that the child has noticed, so that it can be a parent in turn. */
void ms_fork_witness_renew(void);

/** Cost: two loads and a branch. Every event passes here. */
static inline bool ms_fork_unnoticed(void) { return __builtin_expect(*ms_fork_witness == 0, 0); }

#endif
