/* SPDX-License-Identifier: Apache-2.0
 *
 * thread_counters.h: what /proc says of one thread: the collector asks it of all, each tracked thread of itself when it
 * starts and ends. System calls; any thread; no allocation.
 */
#ifndef MS_RESOURCES_THREAD_COUNTERS_H
#define MS_RESOURCES_THREAD_COUNTERS_H

#include <stdbool.h>
#include <stdint.h>

#include "memscope/trace_format.h"

/** One thread as its `stat` file has it. */
struct ms_thread_stat {
  char name[64];
  char state;
  uint64_t user_ns, system_ns, minor_faults, major_faults, start_ns; /* start: CLOCK_BOOTTIME */
};

/** Reads `<directory>/stat`. @return false when the thread is gone. */
bool ms_thread_stat_read(const char *directory, struct ms_thread_stat *stat);

/** Reads the calling thread's counters. What cannot be read has its bit set in `unavailable`. */
void ms_thread_counters_read(struct ms_thread_counters *counters);

/** Reads all of one thread. @param directory "/proc/self/task/<tid>". Fields as above. */
void ms_thread_counters_of(const char *directory, struct ms_thread_counters *counters);

#endif
