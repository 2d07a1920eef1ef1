/* SPDX-License-Identifier: Apache-2.0
 *
 * Included before all else where ThreadSanitizer watches the runtime itself. It lets go of a thread in the last round of its
 * destructors, which is when the runtime ends it, and code that it has instrumented would crash there: one round earlier
 * will do. And nothing is to be hidden from it (unseen.h).
 */
#define _GNU_SOURCE
#include <limits.h>
#undef PTHREAD_DESTRUCTOR_ITERATIONS
#define PTHREAD_DESTRUCTOR_ITERATIONS 3

#define MS_UNSEEN_H
static inline void ms_unseen_begin(void) {}
static inline void ms_unseen_end(void) {}
