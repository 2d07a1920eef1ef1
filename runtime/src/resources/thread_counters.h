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

enum ms_thread_file_name { MS_FILE_STAT, MS_FILE_IO, MS_FILE_STATUS, MS_FILE_SCHEDSTAT, MS_THREAD_FILES };

/** A thread's files, kept open from one sample to the next: a read is a third of open, read and close. */
struct ms_thread_files {
  int handles[MS_THREAD_FILES]; /* negative: not open */
};

/** Opens them. A file that cannot be opened is read the other way. */
void ms_thread_files_open(struct ms_thread_files *files, const char *directory);
void ms_thread_files_close(struct ms_thread_files *files);

/** Reads a thread. @param files kept open, or NULL. @param switches false: not its context switches, whose file costs
 * as much as the others together; they stay 0. @param directory "/proc/self/task/<tid>". What cannot be read has its
 * bit set in counters.unavailable. @return false when the thread is gone. */
bool ms_thread_reading_take(uint32_t tid, const char *directory, const struct ms_thread_files *files, bool switches,
                            struct ms_thread_reading *reading, char *buffer, size_t capacity);

/** Reads the calling thread's counters, with `buffer` (4096 bytes or more) for the text of the files. @param start what
 * this said when the thread began, or NULL. */
void ms_thread_counters_read(struct ms_thread_counters *counters, const struct ms_thread_counters *start, char *buffer,
                             size_t capacity);

/** Reads the faults of the whole process. */
bool ms_process_faults_read(uint64_t *minor, uint64_t *major);

#endif
