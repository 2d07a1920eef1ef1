/* SPDX-License-Identifier: Apache-2.0
 *
 * sites.h: call sites: places in the source from which memory is allocated or released.
 *
 * A site is one that the compiler named, or, for a call without a name (by hand, interposed), the code at the innermost
 * frame. Stacks without frames and without a site share one site, "(no call stack)".
 */
#ifndef MEMSCOPE_EXPORTER_SITES_H
#define MEMSCOPE_EXPORTER_SITES_H

#include "analyse/usage.h"
#include "read/run.h"
#include "symbols/symbols.h"

/** The part of one thread in a site. */
struct ms_site_thread {
  uint32_t site, thread;
  ms_sum allocations, bytes_allocated, peak_bytes, live_bytes, temporary;
};

struct ms_call_site {
  const struct ms_site *named;  /* NULL where the compiler gave no name */
  const struct ms_site *callee; /* says what was called, if anything does */
  enum ms_route route;
  uint32_t frame;              /* innermost frame where it did not, MS_NONE: there is none */
  const char *function, *file; /* "" file and line 0 where unknown; set by ms_sites_end */
  uint32_t line;
  uint64_t recorded;             /* allocations, each counted once */
  bool estimated;                /* a block allocated or released here stands for others */
  uint64_t min_bytes, max_bytes; /* of the recorded ones */
  ms_sum allocations, bytes_allocated, temporary;
  ms_sum deallocations;            /* made at this site */
  ms_sum freed, freed_lifetime_ns; /* of its blocks */
  ms_sum live_blocks, live_bytes;  /* at exit */
  ms_sum peak_blocks, peak_bytes;  /* at the run's peak */
  ms_sum own_peak_bytes;           /* the site's own */
  uint64_t exact_calls, exact_bytes;
  bool has_exact;                      /* the last two hold */
  uint32_t first_thread, thread_count; /* in threads */
};

/** Zero-initialise before the first use. */
struct ms_sites {
  struct ms_arena arena;
  MS_VEC(struct ms_call_site) items;     /* after ms_sites_end: most bytes first, sites without any event left out */
  MS_VEC(struct ms_site_thread) threads; /* grouped by site */
  uint32_t *of_stack;                    /* site of each stack of the run; MS_NONE: of no event */
  uint32_t *place;                       /* after ms_sites_end: number of a site by its number during the replay */
  uint64_t exact_calls, exact_bytes;     /* sums of the .freq entries of allocations */
};

void ms_sites_start(struct ms_sites *sites, const struct ms_run *run);
void ms_sites_change(struct ms_sites *sites, const struct ms_change *change);
/** Sums up, names and sorts. `usage` has ended. */
void ms_sites_end(struct ms_sites *sites, const struct ms_run *run, const struct ms_usage *usage,
                  struct ms_symbols *symbols, struct ms_strings *strings);
void ms_sites_free(struct ms_sites *sites);

#endif
