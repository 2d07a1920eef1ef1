/* SPDX-License-Identifier: Apache-2.0
 *
 * timeline.h: the run in equal buckets of time: live bytes, allocations and releases, of the process and each thread.
 */
#ifndef MEMSCOPE_EXPORTER_TIMELINE_H
#define MEMSCOPE_EXPORTER_TIMELINE_H

#include "replay/heap.h"

#define MS_TIMELINE_BUCKETS_MAX 600u

struct ms_bucket {
  ms_sum live_bytes;      /* at its end */
  ms_sum peak_live_bytes; /* the most within */
  ms_sum allocations, deallocations, bytes_allocated, bytes_deallocated;
};

/** Buckets from `first` on; before them nothing happened, behind them live_bytes stays as in the last. */
struct ms_bucket_series {
  uint32_t first;
  MS_VEC(struct ms_bucket) buckets;
};

/** The call site and the thread that allocated most bytes in a bucket of the process. */
struct ms_bucket_leader {
  ms_sum site_bytes, thread_bytes;
  uint32_t site, thread; /* MS_NONE: nothing was allocated */
};

struct ms_mark {
  uint64_t time_ns;
  uint32_t thread;
  const char *text;
};

/** Amount of a site or thread in the bucket at hand. */
struct ms_bucket_amount {
  ms_sum bytes;
  uint32_t bucket; /* + 1; 0: none yet */
};

/** Zero-initialise, then ms_timeline_start. */
struct ms_timeline {
  uint64_t bucket_ns;
  uint32_t bucket_count;
  struct ms_bucket_series process;
  struct ms_bucket_series *threads; /* by thread */
  size_t thread_count;
  MS_VEC(struct ms_bucket_leader) leaders; /* by bucket */
  MS_VEC(struct ms_bucket_amount) of_site, of_thread;
  struct ms_arena arena;
  MS_VEC(struct ms_mark) marks;
};

void ms_timeline_start(struct ms_timeline *timeline, uint64_t duration_ns, size_t thread_count);
/** Takes a change; `site` is that of the block. */
void ms_timeline_change(struct ms_timeline *timeline, const struct ms_change *change, uint32_t site);
/** Takes a MARK, PHASE_ENTER or PHASE_EXIT of a thread. */
void ms_timeline_mark(struct ms_timeline *timeline, const struct ms_event *event, uint32_t thread);
/** Gives the leaders their call sites' final numbers. */
void ms_timeline_renumber_sites(struct ms_timeline *timeline, const uint32_t *place);
void ms_timeline_free(struct ms_timeline *timeline);

/** Returns any bucket of a series, also before its first and behind its last. */
struct ms_bucket ms_timeline_bucket(const struct ms_bucket_series *series, uint32_t bucket);
/** Returns how many threads had an event in a bucket. */
uint32_t ms_timeline_active_threads(const struct ms_timeline *timeline, uint32_t bucket);

#endif
