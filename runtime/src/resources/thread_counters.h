/* SPDX-License-Identifier: Apache-2.0
 *
 * thread_counters.h: what /proc says of one thread: the collector asks it of all, each tracked thread of itself when it
 * starts and ends. System calls; any thread; no allocation.
 */
#ifndef MS_RESOURCES_THREAD_COUNTERS_H
#define MS_RESOURCES_THREAD_COUNTERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "memscope/trace_format.h"

/** What one thread's files say. */
struct ms_thread_reading {
  char name[64];
  char state; /* letter of `stat` */
  struct ms_thread_counters counters;
};

/** Reads a thread. @param directory "/proc/self/task/<tid>". What cannot be read has its bit set in
 *  counters.unavailable. @return false when the thread is gone. */
bool ms_thread_reading_take(uint32_t tid, const char *directory, struct ms_thread_reading *reading, char *buffer,
                            size_t capacity);

/** Reads the calling thread's counters, with `buffer` (4096 bytes or more) for the text of the files. */
void ms_thread_counters_read(struct ms_thread_counters *counters, char *buffer, size_t capacity);

/** Reads the faults of the whole process. */
bool ms_process_faults_read(uint64_t *minor, uint64_t *major);

#endif
