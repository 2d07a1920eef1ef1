/* SPDX-License-Identifier: Apache-2.0
 *
 * usage.h: what each pair of call stack and thread allocated, what of it was live at the run's peak, and what became of
 * it. Rows of this table are what call sites, types and leaks are summed from.
 *
 * Exact peak attribution in one pass. The peak moves many times before the run ends, and copying all rows each time
 * would cost rows x peaks. Instead each row notes its state at the latest peak when it is first touched after it: until
 * then its live figures are what they were at the peak. Rows not touched since the last peak are settled at the end.
 */
#ifndef MEMSCOPE_EXPORTER_USAGE_H
#define MEMSCOPE_EXPORTER_USAGE_H

#include "analyse/growth.h"
#include "analyse/thresholds.h"
#include "replay/heap.h"

struct ms_usage_row {
  uint32_t stack, thread;
  uint64_t recorded; /* allocations, each counted once */
  ms_sum allocations, bytes_allocated, temporary;
  ms_sum freed, freed_lifetime_ns; /* blocks released, and their lifetimes summed */
  ms_sum live_blocks, live_bytes;  /* after the last change: at exit */
  ms_sum peak_blocks, peak_bytes;  /* live at the run's peak */
  uint64_t peak;                   /* number of the peak that peak_* belong to */
  uint64_t first_ns, last_ns;      /* of its allocations */

  ms_sum shutdown_blocks, shutdown_bytes; /* released only when the program went down */
};

/** Zero-initialise, then set duration_ns and thresholds. */
struct ms_usage {
  uint64_t duration_ns;
  const struct ms_thresholds *thresholds;
  MS_VEC(struct ms_usage_row) rows;
  MS_VEC(struct ms_growth) growth; /* by stack, over all threads */
  struct ms_map row_by_key;        /* stack << 32 | thread */
  ms_sum live_bytes, live_blocks;
  ms_sum peak_bytes;
  uint64_t peak_time_ns;
  uint64_t peaks; /* so far */
};

void ms_usage_change(struct ms_usage *usage, const struct ms_change *change);
/** Settles the rows: peak_* then hold for all of them. */
void ms_usage_end(struct ms_usage *usage);
void ms_usage_free(struct ms_usage *usage);

#endif
