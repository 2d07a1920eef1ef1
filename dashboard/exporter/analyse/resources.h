/* SPDX-License-Identifier: Apache-2.0
 *
 * resources.h: resource samples as series with a value per sample, NAN where there is none. Counters become rates
 * against the sample before. Series of a thread are computed when asked for, into memory of the caller, since threads
 * times samples can be far more than the rest of the report.
 */
#ifndef MEMSCOPE_EXPORTER_RESOURCES_H
#define MEMSCOPE_EXPORTER_RESOURCES_H

#include "analyse/threads.h"

/** What one thread did between samples. Arrays have one value per sample. */
struct ms_thread_series {
  double *cpu_percent, *io_per_second, *io_bytes_per_second;
  char *state; /* a letter per sample, '-' where it was not seen; terminated */
};

/** Time of a sample since the run's start. */
int64_t ms_resources_time_ns(const struct ms_run *run, uint32_t sample);
/** Fills `values` with a gauge as it is, times `factor`. */
void ms_resources_gauge(const struct ms_run *run, const char *metric, uint32_t instance, double factor, double *values);
/** Fills `values` with a counter's growth per second, times `factor`. */
void ms_resources_rate(const struct ms_run *run, const char *metric, uint32_t instance, double factor, double *values);
/** Fills `values` with the busy share of a core in percent. */
void ms_resources_core(const struct ms_run *run, uint32_t core, double *values);
/** Returns how many cores the samples show. */
uint32_t ms_resources_cores(const struct ms_run *run);

struct ms_thread_series ms_thread_series_new(const struct ms_run *run);
void ms_thread_series_fill(const struct ms_run *run, const struct ms_thread *thread, struct ms_thread_series *series);
void ms_thread_series_free(struct ms_thread_series *series);

#endif
