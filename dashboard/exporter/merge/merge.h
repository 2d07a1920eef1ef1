/* SPDX-License-Identifier: Apache-2.0
 *
 * merge.h: the streams of all threads as one stream in time order.
 *
 * Order: time; at the same time frees before everything else, so that an address is given back before it is given out
 * again; then the stream's number. The order within a stream is never changed. Memory is one event per stream.
 */
#ifndef MEMSCOPE_EXPORTER_MERGE_H
#define MEMSCOPE_EXPORTER_MERGE_H

#include "read/run.h"

/** Zero-initialise, then ms_merge_start. */
struct ms_merge {
  const struct ms_run *run;
  struct ms_record_reader *readers; /* one a stream */
  struct ms_event *heads;           /* next event of each stream */
  uint32_t *heap;                   /* streams that have one, the earliest at 0 */
  size_t heap_count;
  bool given; /* the event at 0 has been given out, and its stream must move on */
};

void ms_merge_start(struct ms_merge *merge, const struct ms_run *run);
/** Gives the next event with `stream` and `time_ns` set. Stack definitions do not appear: verify has taken them. What
 *  the event points to is there until the next call. */
bool ms_merge_next(struct ms_merge *merge, struct ms_event *event);
void ms_merge_free(struct ms_merge *merge);

#endif
