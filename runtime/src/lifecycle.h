/* SPDX-License-Identifier: Apache-2.0
 *
 * lifecycle.h: start of the library, end of the process, fork.
 */
#ifndef MS_LIFECYCLE_H
#define MS_LIFECYCLE_H

#include <stdbool.h>

/** Prepares the library: options, thread-exit and fork notification. Whoever comes first does it: its own constructor,
 * an instrumented module's, or a call of the API from an even earlier constructor. Later calls do nothing. */
void ms_lifecycle_start(void);

/** Holds 1, and 0 in a forked child that has not noticed yet. Set by ms_lifecycle_start. */
extern volatile unsigned char *ms_lifecycle_witness;

/** Makes a child of fork that no fork handler told us of start clean. @return whether this was one. */
bool ms_lifecycle_fork_unseen(void);

/** Every event passes here: a child must not write into its parent's files. Cost: a load and a branch. */
static inline bool ms_lifecycle_check_fork(void) {
  return __builtin_expect(*ms_lifecycle_witness == 0, 0) && ms_lifecycle_fork_unseen();
}

#endif
