/* SPDX-License-Identifier: Apache-2.0
 *
 * analysis.h: merge -> replay -> analyse for a whole run: feeds each analysis the changes of the heap, then lets each
 * draw its sums. The emitters read the result and compute nothing.
 */
#ifndef MEMSCOPE_EXPORTER_ANALYSIS_H
#define MEMSCOPE_EXPORTER_ANALYSIS_H

#include "analyse/correlation.h"
#include "analyse/insights.h"
#include "analyse/leaks.h"
#include "analyse/roles.h"
#include "analyse/sample.h"
#include "analyse/sites.h"
#include "analyse/stacks.h"
#include "analyse/timeline.h"
#include "analyse/types.h"
#include "analyse/usage.h"

struct ms_summary {
  uint64_t recorded_allocations, recorded_deallocations; /* events, each counted once */
  bool estimated;                                        /* one of them stands for others */
  ms_sum allocations, deallocations, bytes_allocated, bytes_deallocated, foreign_deallocations;
  uint64_t unmatched_deallocations, implicit_frees, crossings;
  uint64_t dropped_events, cut_stacks;
  double average_cpu_percent; /* NAN: unknown */
  uint64_t roles[MS_ROLES], alerts[MS_ALERTS];
  struct ms_run_load load;
  enum ms_bottleneck bottleneck;
  const char *bottleneck_reason;
  double seconds; /* that reading and analysing took */
};

/** Zero-initialise before the first use. */
struct ms_analysis {
  const struct ms_run *run;
  const struct ms_thresholds *thresholds;
  struct ms_arena arena;
  struct ms_strings strings;
  struct ms_symbols *symbols;
  struct ms_threads threads;
  struct ms_verdict *verdicts; /* by thread */
  bool *has_frames;            /* by module: in the stacks of this run */
  struct ms_heap heap;
  struct ms_sample sample;
  struct ms_usage usage;
  struct ms_sites sites;
  struct ms_stacks stacks;
  struct ms_types types;
  struct ms_leaks leaks;
  struct ms_timeline timeline;
  struct ms_correlations correlations;
  struct ms_insights insights;
  struct ms_summary summary;
};

/** Analyses a run, which outlives the analysis. `started` is when reading it began, in seconds of CLOCK_MONOTONIC. */
void ms_analysis_run(struct ms_analysis *analysis, const struct ms_run *run, const struct ms_thresholds *thresholds,
                     double started);
void ms_analysis_free(struct ms_analysis *analysis);

/** Answers whether a module has frames in the stacks of this run but no symbols. */
bool ms_analysis_lacks_symbols(const struct ms_analysis *analysis, uint32_t module);

/** Answers whether as many allocations were recorded as the .freq files counted or, of a sample, no more: how far it
 * can be off is known from what is in it only. */
bool ms_analysis_agrees_with_counts(const struct ms_analysis *analysis);

/** Seconds of CLOCK_MONOTONIC. */
double ms_analysis_now(void);

#endif
