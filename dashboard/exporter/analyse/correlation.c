/* SPDX-License-Identifier: Apache-2.0
 *
 * correlation.c: see correlation.h. Sums are taken around the means, so that large values do not eat small differences.
 */
#include "analyse/correlation.h"

#include <math.h>

#define FEWEST_POINTS 3u

const char *const ms_pair_names[MS_PAIRS] = {"cpu_allocation", "cpu_io"};

struct ms_fit ms_correlation_fit(const struct ms_point *points, size_t count) {
  struct ms_fit fit = {.n = count, .r = NAN, .slope = NAN, .intercept = NAN};
  if (count < FEWEST_POINTS) {
    fit.unavailable = "fewer than 3 points";
    return fit;
  }
  double mean_x = 0, mean_y = 0, xx = 0, yy = 0, xy = 0;
  for (size_t i = 0; i < count; i++) {
    mean_x += points[i].x / (double)count;
    mean_y += points[i].y / (double)count;
  }
  for (size_t i = 0; i < count; i++) {
    double x = points[i].x - mean_x, y = points[i].y - mean_y;
    xx += x * x;
    yy += y * y;
    xy += x * y;
  }
  /* What rounding alone can leave of equal values is no variance. */
  double noise = 1e-24 * (double)count;
  if (xx <= noise * mean_x * mean_x)
    fit.unavailable = "no variance in x";
  else if (yy <= noise * mean_y * mean_y)
    fit.unavailable = "no variance in y";
  if (fit.unavailable != NULL)
    return fit;
  fit.r = xy / sqrt(xx * yy);
  fit.slope = xy / xx;
  fit.intercept = mean_y - fit.slope * mean_x;
  return fit;
}

void ms_correlations_start(struct ms_correlations *correlations, size_t thread_count) {
  correlations->thread_count = thread_count;
  correlations->intervals = ms_memory_new(thread_count, sizeof *correlations->intervals);
}

void ms_correlations_change(struct ms_correlations *correlations, const struct ms_run *run,
                            const struct ms_change *change) {
  if (change->kind != MS_CHANGE_ALLOC)
    return;
  uint32_t samples = (uint32_t)run->samples.ticks.count;
  while (correlations->sample < samples && ms_resources_time_ns(run, correlations->sample) < (int64_t)change->time_ns)
    correlations->sample++;
  if (correlations->sample == samples)
    return;
  ms_interval_series *series = &correlations->intervals[change->thread];
  if (series->count == 0 || series->items[series->count - 1].sample != correlations->sample)
    ms_vec_push(series, ((struct ms_interval_bytes){.sample = correlations->sample}));
  series->items[series->count - 1].bytes += change->bytes;
}

static void add_point(struct ms_correlation *correlation, struct ms_point point) {
  if (isfinite(point.x) && isfinite(point.y))
    ms_vec_push(&correlation->points, point);
}

static void across_threads(struct ms_correlations *correlations, const struct ms_threads *threads) {
  for (uint32_t i = 0; i < threads->items.count; i++) {
    const struct ms_thread *thread = &threads->items.items[i];
    if (!thread->tracked)
      continue;
    struct ms_point point = {.x = ms_thread_cpu_percent(thread), .thread = i, .io = ms_thread_io_operations(thread)};
    point.y = ms_thread_rate(thread, thread->bytes_allocated) / 1e6;
    add_point(&correlations->across[MS_PAIR_CPU_ALLOCATION], point);
    point.y = ms_thread_io_per_second(thread);
    add_point(&correlations->across[MS_PAIR_CPU_IO], point);
  }
  for (unsigned pair = 0; pair < MS_PAIRS; pair++) {
    struct ms_correlation *correlation = &correlations->across[pair];
    correlation->pair = (enum ms_pair)pair;
    correlation->fit = ms_correlation_fit(correlation->points.items, correlation->points.count);
  }
}

static struct ms_correlation of_thread(const struct ms_run *run, const struct ms_thread_series *series,
                                       const ms_interval_series *intervals, uint32_t thread) {
  struct ms_correlation correlation = {.pair = MS_PAIR_CPU_ALLOCATION, .thread = thread};
  size_t at = 0;
  for (uint32_t i = 1; i < run->samples.ticks.count; i++) {
    while (at < intervals->count && intervals->items[at].sample < i)
      at++;
    double bytes = at < intervals->count && intervals->items[at].sample == i ? intervals->items[at].bytes : 0;
    int64_t time_ns = ms_resources_time_ns(run, i), elapsed_ns = time_ns - ms_resources_time_ns(run, i - 1);
    if (elapsed_ns > 0)
      add_point(&correlation, (struct ms_point){.x = series->cpu_percent[i],
                                                .y = bytes / 1e6 / ((double)elapsed_ns / 1e9),
                                                .io = series->io_per_second[i],
                                                .thread = thread,
                                                .time_ns = time_ns});
  }
  correlation.fit = ms_correlation_fit(correlation.points.items, correlation.points.count);
  return correlation;
}

void ms_correlations_end(struct ms_correlations *correlations, const struct ms_run *run,
                         const struct ms_threads *threads) {
  across_threads(correlations, threads);
  struct ms_thread_series series = ms_thread_series_new(run);
  for (uint32_t i = 0; i < threads->items.count; i++) {
    if (!threads->items.items[i].tracked)
      continue;
    ms_thread_series_fill(run, &threads->items.items[i], &series);
    ms_vec_push(&correlations->over_time, of_thread(run, &series, &correlations->intervals[i], i));
  }
  ms_thread_series_free(&series);
}

void ms_correlations_free(struct ms_correlations *correlations) {
  for (size_t i = 0; i < correlations->thread_count; i++)
    ms_vec_free(&correlations->intervals[i]);
  free(correlations->intervals);
  for (unsigned pair = 0; pair < MS_PAIRS; pair++)
    ms_vec_free(&correlations->across[pair].points);
  for (size_t i = 0; i < correlations->over_time.count; i++)
    ms_vec_free(&correlations->over_time.items[i].points);
  ms_vec_free(&correlations->over_time);
}
