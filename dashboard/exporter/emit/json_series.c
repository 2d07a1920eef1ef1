/* SPDX-License-Identifier: Apache-2.0
 *
 * json_series.c: timeline, resources and correlations of the report.
 */
#include "emit/json.h"

#include <math.h>

/* ---- timeline ---- */

static void bucket_columns(struct ms_json *json, const struct ms_timeline *timeline,
                           const struct ms_bucket_series *series) {
  static const struct {
    const char *key;
    size_t offset;
  } columns[] = {{"live_bytes", offsetof(struct ms_bucket, live_bytes)},
                 {"peak_live_bytes", offsetof(struct ms_bucket, peak_live_bytes)},
                 {"allocations", offsetof(struct ms_bucket, allocations)},
                 {"deallocations", offsetof(struct ms_bucket, deallocations)},
                 {"bytes_allocated", offsetof(struct ms_bucket, bytes_allocated)},
                 {"bytes_deallocated", offsetof(struct ms_bucket, bytes_deallocated)}};
  for (size_t column = 0; column < sizeof columns / sizeof *columns; column++) {
    ms_json_array(json, columns[column].key);
    for (uint32_t i = 0; i < timeline->bucket_count; i++) {
      struct ms_bucket bucket = ms_timeline_bucket(series, i);
      ms_sum value;
      memcpy(&value, (const char *)&bucket + columns[column].offset, sizeof value);
      ms_json_sum(json, NULL, value);
    }
    ms_json_end_array(json);
  }
}

void ms_json_timeline(struct ms_json *json, const struct ms_analysis *analysis) {
  const struct ms_timeline *timeline = &analysis->timeline;
  ms_json_object(json, "timeline");
  ms_json_u64(json, "bucket_ns", timeline->bucket_ns);
  ms_json_u64(json, "buckets", timeline->bucket_count);
  ms_json_object(json, "process");
  bucket_columns(json, timeline, &timeline->process);
  ms_json_array(json, "active_threads");
  for (uint32_t i = 0; i < timeline->bucket_count; i++)
    ms_json_u64(json, NULL, ms_timeline_active_threads(timeline, i));
  ms_json_end_array(json);
  ms_json_end_object(json);
  ms_json_array(json, "threads");
  for (size_t i = 0; i < timeline->thread_count; i++) {
    if (timeline->threads[i].buckets.count == 0)
      continue;
    ms_json_object(json, NULL);
    ms_json_u64(json, "thread", i);
    bucket_columns(json, timeline, &timeline->threads[i]);
    ms_json_end_object(json);
  }
  ms_json_end_array(json);
  ms_json_array(json, "marks");
  for (size_t i = 0; i < timeline->marks.count; i++) {
    ms_json_object(json, NULL);
    ms_json_u64(json, "time_ns", timeline->marks.items[i].time_ns);
    ms_json_u64(json, "thread", timeline->marks.items[i].thread);
    ms_json_text(json, "text", timeline->marks.items[i].text);
    ms_json_end_object(json);
  }
  ms_json_end_array(json);
  ms_json_end_object(json);
}

/* ---- resources ---- */

static void points(struct ms_json *json, const char *key, const double *values, size_t count) {
  ms_json_array(json, key);
  for (size_t i = 0; i < count; i++)
    ms_json_point(json, NULL, values[i]);
  ms_json_end_array(json);
}

/* Whole numbers, as sizes in bytes are: not to be rounded to the digits of a point. */
static void whole_points(struct ms_json *json, const char *key, const double *values, size_t count) {
  ms_json_array(json, key);
  for (size_t i = 0; i < count; i++)
    ms_json_real(json, NULL, values[i]);
  ms_json_end_array(json);
}

static void gauge(struct ms_json *json, const struct ms_run *run, const char *key, const char *metric, double factor,
                  double *values) {
  ms_resources_gauge(run, metric, 0, factor, values);
  whole_points(json, key, values, run->samples.ticks.count);
}

static void rate(struct ms_json *json, const struct ms_run *run, const char *key, const char *metric, double *values) {
  ms_resources_rate(run, metric, 0, 1, values);
  points(json, key, values, run->samples.ticks.count);
}

static void cpu(struct ms_json *json, const struct ms_run *run, double *values) {
  size_t count = run->samples.ticks.count;
  uint32_t cores = ms_resources_cores(run);
  double *sum = ms_memory_new(count, sizeof *sum);
  ms_json_object(json, "cpu");
  ms_json_array(json, "per_core_percent");
  for (uint32_t core = 0; core < cores; core++) {
    ms_resources_core(run, core, values);
    points(json, NULL, values, count);
    for (size_t i = 0; i < count; i++)
      sum[i] += values[i] / cores;
  }
  ms_json_end_array(json);
  for (size_t i = 0; i < count && cores == 0; i++)
    sum[i] = NAN;
  points(json, "overall_percent", sum, count);
  ms_json_end_object(json);
  free(sum);
}

static void machine(struct ms_json *json, const struct ms_run *run, double *values) {
  cpu(json, run, values);
  ms_json_object(json, "load");
  gauge(json, run, "one", "system.load1", 1e-3, values);
  gauge(json, run, "five", "system.load5", 1e-3, values);
  gauge(json, run, "fifteen", "system.load15", 1e-3, values);
  ms_json_end_object(json);
  ms_json_object(json, "memory");
  gauge(json, run, "total_bytes", "system.memory_total", 1, values);
  gauge(json, run, "available_bytes", "system.memory_available", 1, values);
  gauge(json, run, "rss_bytes", "process.rss", 1, values);
  gauge(json, run, "virtual_bytes", "process.virtual", 1, values);
  ms_json_end_object(json);
  ms_json_object(json, "process");
  gauge(json, run, "threads", "process.threads", 1, values);
  rate(json, run, "minor_faults_per_second", "process.minor_faults", values);
  rate(json, run, "major_faults_per_second", "process.major_faults", values);
  ms_json_end_object(json);
}

static void sampled_threads(struct ms_json *json, const struct ms_analysis *analysis) {
  const struct ms_run *run = analysis->run;
  size_t count = run->samples.ticks.count;
  struct ms_thread_series series = ms_thread_series_new(run);
  ms_json_array(json, "threads");
  for (size_t i = 0; i < analysis->threads.items.count; i++) {
    const struct ms_thread *thread = &analysis->threads.items.items[i];
    if (thread->first_sample == MS_NONE)
      continue;
    ms_thread_series_fill(run, thread, &series);
    ms_json_object(json, NULL);
    ms_json_u64(json, "thread", i);
    points(json, "cpu_percent", series.cpu_percent, count);
    points(json, "io_operations_per_second", series.io_per_second, count);
    points(json, "io_bytes_per_second", series.io_bytes_per_second, count);
    ms_json_text(json, "state", series.state);
    ms_json_end_object(json);
  }
  ms_json_end_array(json);
  ms_thread_series_free(&series);
}

static void gpu(struct ms_json *json, const struct ms_run *run, double *values) {
  uint32_t metric = ms_samples_metric(&run->samples, "gpu.utilisation");
  const struct ms_series *series = ms_samples_series(&run->samples, "gpu.utilisation", 0);
  ms_json_object(json, "gpu");
  ms_json_bool(json, "available", series != NULL);
  if (series != NULL) {
    gauge(json, run, "utilisation_percent", "gpu.utilisation", 1, values);
  } else {
    const char *reason = metric == MS_NONE ? NULL : run->samples.metrics.items[metric].unavailable;
    ms_json_text(json, "reason", reason == NULL ? "the run recorded no GPU samples" : reason);
  }
  ms_json_end_object(json);
}

void ms_json_resources(struct ms_json *json, const struct ms_analysis *analysis) {
  const struct ms_run *run = analysis->run;
  size_t count = run->samples.ticks.count;
  double *values = ms_memory_new(count, sizeof *values);
  double span_ns =
      count > 1 ? (double)(ms_resources_time_ns(run, (uint32_t)count - 1) - ms_resources_time_ns(run, 0)) : 0;
  ms_json_object(json, "resources");
  ms_json_real(json, "sample_rate_hz", span_ns > 0 ? (double)(count - 1) / span_ns * 1e9 : NAN);
  ms_json_u64(json, "samples", count);
  ms_json_real(json, "average_cost_ns", count > 0 ? (double)run->samples.cost_ns / (double)count : NAN);
  ms_json_array(json, "time_ns");
  for (uint32_t i = 0; i < count; i++)
    ms_json_i64(json, NULL, ms_resources_time_ns(run, i));
  ms_json_end_array(json);
  machine(json, run, values);
  sampled_threads(json, analysis);
  gpu(json, run, values);
  ms_json_end_object(json);
  free(values);
}

/* ---- correlations ---- */

static void fit(struct ms_json *json, const struct ms_fit *fit) {
  ms_json_object(json, "fit");
  ms_json_u64(json, "n", fit->n);
  if (fit->unavailable != NULL) {
    ms_json_text(json, "unavailable", fit->unavailable);
  } else {
    ms_json_real(json, "r", fit->r);
    ms_json_real(json, "slope", fit->slope);
    ms_json_real(json, "intercept", fit->intercept);
  }
  ms_json_end_object(json);
}

static void correlation(struct ms_json *json, const struct ms_correlation *correlation, bool over_time) {
  ms_json_object(json, NULL);
  if (over_time)
    ms_json_u64(json, "thread", correlation->thread);
  ms_json_text(json, "pair", ms_pair_names[correlation->pair]);
  ms_json_array(json, "points");
  for (size_t i = 0; i < correlation->points.count; i++) {
    const struct ms_point *point = &correlation->points.items[i];
    ms_json_object(json, NULL);
    if (over_time)
      ms_json_i64(json, "time_ns", point->time_ns);
    else
      ms_json_u64(json, "thread", point->thread);
    ms_json_real(json, "x", point->x);
    ms_json_real(json, "y", point->y);
    ms_json_real(json, over_time ? "io" : "io_operations", point->io);
    ms_json_end_object(json);
  }
  ms_json_end_array(json);
  fit(json, &correlation->fit);
  ms_json_end_object(json);
}

void ms_json_correlations(struct ms_json *json, const struct ms_analysis *analysis) {
  ms_json_object(json, "correlations");
  ms_json_array(json, "threads");
  for (unsigned pair = 0; pair < MS_PAIRS; pair++)
    correlation(json, &analysis->correlations.across[pair], false);
  ms_json_end_array(json);
  ms_json_array(json, "over_time");
  for (size_t i = 0; i < analysis->correlations.over_time.count; i++)
    correlation(json, &analysis->correlations.over_time.items[i], true);
  ms_json_end_array(json);
  ms_json_end_object(json);
}
