/* SPDX-License-Identifier: Apache-2.0
 *
 * epoch.h: a number that is another one when something has changed that a thread must hear of before its next event: a
 * module was unloaded, or this process is the child of a fork that nobody told us of (libc calls fork handlers for
 * fork(), but not for a raw system call). It lies in a page that the kernel wipes in every child, so it is 0 there.
 * Any thread.
 */
#ifndef MS_EPOCH_H
#define MS_EPOCH_H

#include <stdbool.h>
#include <stdint.h>

#include "atomics.h"

extern MS_HIDDEN _Atomic uint32_t *ms_epoch;

/** Gets the page; before that, forks are noticed by handlers only. Called once. */
void ms_epoch_start(void);

/** Goes on to the next number, after the change that it stands for. */
void ms_epoch_advance(void);

/** Leaves it to the child's next event to notice the fork, also where the kernel has no such page. */
void ms_epoch_wait_for_notice(void);

/** Says that the child has noticed, so that it can be a parent in turn. The number is one that no thread has seen. */
void ms_epoch_renew(void);

/** Cost: two loads and a branch; every event has it. Guarded by bench/ (short). */
static inline bool ms_fork_unnoticed(void) { return ms_unlikely(ms_load_relaxed(ms_epoch) == 0); }

#endif
