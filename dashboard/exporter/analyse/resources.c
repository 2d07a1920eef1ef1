/* SPDX-License-Identifier: Apache-2.0
 *
 * resources.c: see resources.h.
 */
#include "analyse/resources.h"

#include <math.h>

int64_t ms_resources_time_ns(const struct ms_run *run, uint32_t sample) {
  return ms_clock_ns(&run->clock, run->samples.ticks.items[sample]);
}

static double seconds_before(const struct ms_run *run, uint32_t sample) {
  int64_t elapsed_ns = ms_resources_time_ns(run, sample) - ms_resources_time_ns(run, sample - 1);
  return elapsed_ns > 0 ? (double)elapsed_ns / 1e9 : NAN;
}

void ms_resources_gauge(const struct ms_run *run, const char *metric, uint32_t instance, double factor,
                        double *values) {
  const struct ms_series *series = ms_samples_series(&run->samples, metric, instance);
  size_t hint = 0;
  int64_t value;
  for (uint32_t i = 0; i < run->samples.ticks.count; i++)
    values[i] = ms_series_at(series, i, &hint, &value) ? (double)value * factor : NAN;
}

/* The growth of a counter since the sample before, NAN where one of the two is missing. */
static void growth(const struct ms_run *run, const char *metric, uint32_t instance, double *values) {
  ms_resources_gauge(run, metric, instance, 1, values);
  for (size_t i = run->samples.ticks.count; i > 1; i--)
    values[i - 1] -= values[i - 2];
  if (run->samples.ticks.count > 0)
    values[0] = NAN;
}

void ms_resources_rate(const struct ms_run *run, const char *metric, uint32_t instance, double factor, double *values) {
  growth(run, metric, instance, values);
  for (uint32_t i = 1; i < run->samples.ticks.count; i++)
    values[i] = values[i] / seconds_before(run, i) * factor;
}

void ms_resources_core(const struct ms_run *run, uint32_t core, double *values) {
  size_t count = run->samples.ticks.count;
  double *total = ms_memory_new(count, sizeof *total);
  growth(run, "cpu.busy", core, values);
  growth(run, "cpu.total", core, total);
  for (size_t i = 0; i < count; i++)
    values[i] = total[i] > 0 ? values[i] / total[i] * 100 : NAN;
  free(total);
}

uint32_t ms_resources_cores(const struct ms_run *run) {
  uint32_t metric = ms_samples_metric(&run->samples, "cpu.total"), cores = 0;
  for (size_t i = 0; metric != MS_NONE && i < run->samples.series.count; i++)
    cores += run->samples.series.items[i].metric == metric;
  return cores;
}

struct ms_thread_series ms_thread_series_new(const struct ms_run *run) {
  size_t count = run->samples.ticks.count;
  return (struct ms_thread_series){.cpu_percent = ms_memory_new(count, sizeof(double)),
                                   .io_per_second = ms_memory_new(count, sizeof(double)),
                                   .io_bytes_per_second = ms_memory_new(count, sizeof(double)),
                                   .state = ms_memory_new(count + 1, 1)};
}

void ms_thread_series_free(struct ms_thread_series *series) {
  free(series->cpu_percent);
  free(series->io_per_second);
  free(series->io_bytes_per_second);
  free(series->state);
}

/* Sum of two rates; where a metric is missing for good, the sum is. */
static void sum_of_rates(const struct ms_run *run, const char *first, const char *second, uint32_t tid, double factor,
                         double *values) {
  double *other = ms_memory_new(run->samples.ticks.count, sizeof *other);
  ms_resources_rate(run, first, tid, factor, values);
  ms_resources_rate(run, second, tid, factor, other);
  for (size_t i = 0; i < run->samples.ticks.count; i++)
    values[i] += other[i];
  free(other);
}

static void fill_state(const struct ms_run *run, const struct ms_thread *thread, char *state) {
  const struct ms_series *series = ms_samples_series(&run->samples, "thread.state", thread->tid);
  size_t hint = 0;
  int64_t value;
  for (uint32_t i = 0; i < run->samples.ticks.count; i++) {
    bool seen = thread->first_sample <= i && i <= thread->last_sample && ms_series_at(series, i, &hint, &value);
    state[i] = seen && value >= 'A' && value <= 'z' ? (char)value : '-';
  }
}

void ms_thread_series_fill(const struct ms_run *run, const struct ms_thread *thread, struct ms_thread_series *series) {
  /* The scheduler's time is exact; user and system time move in steps of 10 ms. */
  if (ms_samples_series(&run->samples, "thread.cpu", thread->tid) != NULL)
    ms_resources_rate(run, "thread.cpu", thread->tid, 100.0 / 1e9, series->cpu_percent);
  else
    sum_of_rates(run, "thread.user", "thread.system", thread->tid, 100.0 / 1e9, series->cpu_percent);
  sum_of_rates(run, "thread.read_calls", "thread.write_calls", thread->tid, 1, series->io_per_second);
  sum_of_rates(run, "thread.read_bytes", "thread.write_bytes", thread->tid, 1, series->io_bytes_per_second);
  fill_state(run, thread, series->state);
  for (uint32_t i = 0; i < run->samples.ticks.count; i++)
    if (thread->first_sample == MS_NONE || i <= thread->first_sample || i > thread->last_sample)
      series->cpu_percent[i] = series->io_per_second[i] = series->io_bytes_per_second[i] = NAN;
}
