/* SPDX-License-Identifier: Apache-2.0
 *
 * preloading.h: what is different in a process that libmemscope_preload.so was loaded into. There the C library's own
 * calls of malloc are seen as well: those that it makes for the runtime, those under its locks, and those inside a
 * function of abi.def that allocates.
 */
#ifndef MS_PRELOADING_H
#define MS_PRELOADING_H

#include <stdbool.h>

#include "local.h"

/** Whether allocations inside libraries come by on their own. Set before anything is recorded. */
extern MS_HIDDEN bool ms_preloaded;

/** Whether the end of the process comes behind all destructors, by ms_lifecycle_end. */
extern MS_HIDDEN bool ms_ends_late;

/** The site of the preloaded mmap. */
extern MS_HIDDEN struct __memscope_site *ms_preloaded_map;

/** The allocator of the process: an address in the module that has its malloc. */
extern MS_HIDDEN const void *ms_allocator;

/** Between the two the calling thread's allocations are the C library's, for the runtime. While the program may be
 *  running, with signals held back, so that nobody else's come between. */
static inline void ms_own_calls_begin(struct ms_local *local) { local->own_calls++; }
static inline void ms_own_calls_end(struct ms_local *local) { local->own_calls--; }

#endif
