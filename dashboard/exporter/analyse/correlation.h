/* SPDX-License-Identifier: Apache-2.0
 *
 * correlation.h: does CPU use go with allocation, or with I/O? Pearson's r and the least-squares line, across the
 * tracked threads and, for each of them, over time.
 */
#ifndef MEMSCOPE_EXPORTER_CORRELATION_H
#define MEMSCOPE_EXPORTER_CORRELATION_H

#include "analyse/resources.h"

enum ms_pair { MS_PAIR_CPU_ALLOCATION, MS_PAIR_CPU_IO, MS_PAIRS };

extern const char *const ms_pair_names[MS_PAIRS];

struct ms_point {
  double x, y;
  double io; /* operations (across threads) or operations per second (over time); NAN: unknown */
  uint32_t thread;
  int64_t time_ns; /* over time */
};

struct ms_fit {
  size_t n;
  const char *unavailable; /* reason, NULL where the rest holds */
  double r, slope, intercept;
};

struct ms_correlation {
  enum ms_pair pair;
  uint32_t thread; /* over time */
  MS_VEC(struct ms_point) points;
  struct ms_fit fit;
};

/** Bytes that a thread allocated between two samples. */
struct ms_interval_bytes {
  uint32_t sample; /* the later one */
  ms_sum bytes;
};

typedef MS_VEC(struct ms_interval_bytes) ms_interval_series;

/** Zero-initialise, then ms_correlations_start. */
struct ms_correlations {
  uint32_t sample;               /* the first one not before the latest event */
  ms_interval_series *intervals; /* by thread */
  size_t thread_count;
  struct ms_correlation across[MS_PAIRS];
  MS_VEC(struct ms_correlation) over_time;
};

void ms_correlations_start(struct ms_correlations *correlations, size_t thread_count);
void ms_correlations_change(struct ms_correlations *correlations, const struct ms_run *run,
                            const struct ms_change *change);
void ms_correlations_end(struct ms_correlations *correlations, const struct ms_run *run,
                         const struct ms_threads *threads);
void ms_correlations_free(struct ms_correlations *correlations);

/** Fits a line; points with a coordinate that is not finite must not be given. */
struct ms_fit ms_correlation_fit(const struct ms_point *points, size_t count);

#endif
