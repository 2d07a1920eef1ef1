/* SPDX-License-Identifier: Apache-2.0
 *
 * kept_files.h: threads whose files of /proc the collector keeps open from one sample to the next. Only where the
 * collector has descriptors of its own; as many as their limit allows, the others are opened anew each time. Thread:
 * the collector.
 */
#ifndef MS_RESOURCES_KEPT_FILES_H
#define MS_RESOURCES_KEPT_FILES_H

#include <stdbool.h>
#include <stdint.h>

#include "thread_counters.h"

/** Begins to keep files, if `allowed`. */
void ms_kept_files_start(bool allowed);

/** Returns a thread's files, opened now if need be; NULL where there is no room for them. */
const struct ms_thread_files *ms_kept_files_of(uint32_t tid, const char *directory);

/** Ends a sample: files of threads that were not asked for in it are closed. */
void ms_kept_files_sweep(void);

#endif
