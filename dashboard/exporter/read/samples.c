/* SPDX-License-Identifier: Apache-2.0
 *
 * samples.c: files each changed value under its series; a value that no metric announces is noted as damage.
 */
#include "read/samples.h"

#include <inttypes.h>

static const char *take_text(struct ms_samples *samples, struct ms_cursor *payload) {
  size_t length;
  const char *bytes = ms_cursor_text(payload, &length);
  return bytes == NULL ? "" : ms_arena_text(&samples->arena, bytes, length);
}

static void read_metric(struct ms_samples *samples, struct ms_cursor *payload) {
  struct ms_metric metric = {0};
  metric.id = ms_cursor_u32(payload);
  metric.kind = ms_cursor_u8(payload);
  metric.scope = ms_cursor_u8(payload);
  metric.name = take_text(samples, payload);
  metric.unit = take_text(samples, payload);
  if (payload->failed || ms_map_get(&samples->metric_by_id, metric.id) != MS_NONE)
    return;
  ms_map_set(&samples->metric_by_id, metric.id, (uint32_t)samples->metrics.count);
  ms_vec_push(&samples->metrics, metric);
}

static void read_unavailable(struct ms_samples *samples, struct ms_cursor *payload) {
  uint32_t index = ms_map_get(&samples->metric_by_id, ms_cursor_u32(payload));
  const char *reason = take_text(samples, payload);
  if (!payload->failed && index != MS_NONE)
    samples->metrics.items[index].unavailable = reason;
}

static void read_instance(struct ms_samples *samples, struct ms_cursor *payload) {
  struct ms_instance_name name = {.sample = (uint32_t)samples->ticks.count, .place = (uint32_t)samples->names.count};
  name.scope = ms_cursor_u8(payload);
  name.instance = ms_cursor_u32(payload);
  name.name = take_text(samples, payload);
  if (!payload->failed)
    ms_vec_push(&samples->names, name);
}

static struct ms_series *series_of(struct ms_samples *samples, uint32_t metric, uint32_t instance) {
  uint64_t key = (uint64_t)metric << 32 | instance;
  uint32_t index = ms_map_get(&samples->series_by_key, key);
  if (index == MS_NONE) {
    index = (uint32_t)samples->series.count;
    ms_map_set(&samples->series_by_key, key, index);
    ms_vec_push(&samples->series, ((struct ms_series){.metric = metric, .instance = instance}));
  }
  return &samples->series.items[index];
}

/* Returns the reason where the sample cannot be used to its end. */
static const char *read_sample(struct ms_samples *samples, struct ms_cursor *payload) {
  uint64_t ticks = ms_cursor_u64(payload);
  uint64_t cost_ns = ms_cursor_u64(payload), count = ms_cursor_varint(payload);
  if (payload->failed)
    return NULL;
  if (samples->ticks.count > 0 && ticks < samples->ticks.items[samples->ticks.count - 1])
    return "sample is older than the one before";
  uint32_t number = (uint32_t)samples->ticks.count;
  samples->cost_ns += cost_ns;
  ms_vec_push(&samples->ticks, ticks);
  for (uint64_t i = 0; i < count && !payload->failed; i++) {
    uint64_t metric_id = ms_cursor_varint(payload), instance = ms_cursor_varint(payload);
    int64_t value = (int64_t)ms_cursor_zigzag(payload);
    uint32_t metric = ms_map_get(&samples->metric_by_id, metric_id);
    if (payload->failed)
      break;
    if (metric == MS_NONE || instance > UINT32_MAX)
      return "value of a metric that was not announced";
    ms_vec_push(&series_of(samples, metric, (uint32_t)instance)->points, ((struct ms_sample_point){number, value}));
  }
  return NULL;
}

/* ---- after the last record ---- */

static int by_instance(const void *left, const void *right) {
  const struct ms_instance_name *a = left, *b = right;
  if (a->scope != b->scope)
    return a->scope < b->scope ? -1 : 1;
  if (a->instance != b->instance)
    return a->instance < b->instance ? -1 : 1;
  if (a->sample != b->sample)
    return a->sample < b->sample ? -1 : 1;
  return a->place < b->place ? -1 : a->place > b->place;
}

/* Threads and cores: what has a line in the report. */
static uint64_t lines(const struct ms_samples *samples) {
  uint32_t alive = ms_samples_metric(samples, "thread.alive"), core = ms_samples_metric(samples, "cpu.total");
  uint64_t count = 1;
  for (size_t i = 0; i < samples->series.count; i++)
    count += samples->series.items[i].metric == alive || samples->series.items[i].metric == core;
  return count;
}

/* Halves the samples: of two neighbours the later one stays, with what either of them changed. */
static void halve(struct ms_samples *samples) {
  size_t count = samples->ticks.count, halved = (count + 1) / 2;
  for (size_t i = 0; i < halved; i++)
    samples->ticks.items[i] = samples->ticks.items[2 * i + 1 < count ? 2 * i + 1 : 2 * i];
  samples->ticks.count = halved;
  samples->cost_ns /= 2;
  for (size_t i = 0; i < samples->series.count; i++) {
    struct ms_series *series = &samples->series.items[i];
    size_t kept = 0;
    for (size_t j = 0; j < series->points.count; j++) {
      struct ms_sample_point point = {series->points.items[j].sample / 2, series->points.items[j].value};
      kept -= kept > 0 && series->points.items[kept - 1].sample == point.sample;
      series->points.items[kept++] = point;
    }
    series->points.count = kept;
  }
  for (size_t i = 0; i < samples->names.count; i++)
    samples->names.items[i].sample /= 2;
}

static void finish(struct ms_samples *samples, const struct ms_trace_file *file, struct ms_damage_list *damage) {
  uint64_t read = samples->ticks.count, of_each = lines(samples);
  while (samples->ticks.count > 1 && samples->ticks.count * of_each > MS_SAMPLES_FIGURES_MAX)
    halve(samples);
  if (samples->ticks.count < read)
    ms_damage_add(damage, file->path, 0, 0,
                  "%zu of %" PRIu64 " samples are used: there are %" PRIu64 " threads and cores", samples->ticks.count,
                  read, of_each - 1);
  ms_vec_sort(&samples->names, by_instance);
}

void ms_samples_read(struct ms_samples *samples, const struct ms_trace_file *file, struct ms_damage_list *damage) {
  uint64_t at = 0;
  struct ms_fact fact;
  while (ms_fact_next(file, &at, &fact, damage)) {
    const char *reason = NULL;
    if (fact.kind == MS_FACT_METRIC)
      read_metric(samples, &fact.payload);
    else if (fact.kind == MS_FACT_UNAVAILABLE)
      read_unavailable(samples, &fact.payload);
    else if (fact.kind == MS_FACT_INSTANCE)
      read_instance(samples, &fact.payload);
    else if (fact.kind == MS_FACT_SAMPLE)
      reason = read_sample(samples, &fact.payload);
    if (fact.payload.failed)
      reason = "record is too short for its kind";
    if (reason != NULL)
      ms_damage_add(damage, file->path, fact.offset, at - fact.offset, "%s", reason);
  }
  finish(samples, file, damage);
}

size_t ms_samples_names(const struct ms_samples *samples, uint8_t scope, uint32_t instance, uint32_t sample) {
  const struct ms_instance_name wanted = {.scope = scope, .instance = instance, .sample = sample};
  size_t from = 0, to = samples->names.count;
  while (from < to) {
    size_t middle = from + (to - from) / 2;
    if (by_instance(&samples->names.items[middle], &wanted) < 0)
      from = middle + 1;
    else
      to = middle;
  }
  return from;
}

void ms_samples_free(struct ms_samples *samples) {
  for (size_t i = 0; i < samples->series.count; i++)
    ms_vec_free(&samples->series.items[i].points);
  ms_arena_free(&samples->arena);
  ms_vec_free(&samples->ticks);
  ms_vec_free(&samples->metrics);
  ms_vec_free(&samples->series);
  ms_vec_free(&samples->names);
  ms_map_free(&samples->metric_by_id);
  ms_map_free(&samples->series_by_key);
}

uint32_t ms_samples_metric(const struct ms_samples *samples, const char *name) {
  for (size_t i = 0; i < samples->metrics.count; i++)
    if (strcmp(samples->metrics.items[i].name, name) == 0)
      return (uint32_t)i;
  return MS_NONE;
}

const struct ms_series *ms_samples_series(const struct ms_samples *samples, const char *name, uint32_t instance) {
  uint32_t metric = ms_samples_metric(samples, name);
  if (metric == MS_NONE)
    return NULL;
  uint32_t index = ms_map_get(&samples->series_by_key, (uint64_t)metric << 32 | instance);
  return index == MS_NONE ? NULL : &samples->series.items[index];
}

bool ms_series_at(const struct ms_series *series, uint32_t sample, size_t *hint, int64_t *value) {
  if (series == NULL || series->points.count == 0 || series->points.items[0].sample > sample)
    return false;
  while (*hint + 1 < series->points.count && series->points.items[*hint + 1].sample <= sample)
    ++*hint;
  *value = series->points.items[*hint].value;
  return true;
}
