/* SPDX-License-Identifier: Apache-2.0
 *
 * rankings.c: threads whose value could not be measured are not ranked. Untracked threads have no memory figures and
 * appear under CPU and I/O only.
 */
#include "emit/rankings.h"

#include "emit/json.h"

#include <math.h>

enum ranking { BY_PEAK_MEMORY, BY_CPU, BY_IO, BY_EFFICIENCY, BY_ALLOCATION_RATE, RANKINGS };

static const struct {
  const char *key, *unit;
} rankings[RANKINGS] = {
    [BY_PEAK_MEMORY] = {"by_peak_memory", "bytes"},
    [BY_CPU] = {"by_cpu", "percent"},
    [BY_IO] = {"by_io", "operations"},
    [BY_EFFICIENCY] = {"by_efficiency", "percent"},
    [BY_ALLOCATION_RATE] = {"by_allocation_rate", "allocations_per_second"},
};

struct place {
  uint32_t thread;
  double value;
};

static double value_of(const struct ms_thread *thread, enum ranking ranking) {
  switch (ranking) {
  case BY_CPU:
    return ms_thread_cpu_percent(thread);
  case BY_IO:
    return ms_thread_io_operations(thread);
  case BY_PEAK_MEMORY:
    return thread->tracked ? ms_sum_whole(thread->peak_live_bytes) : NAN;
  case BY_EFFICIENCY:
    return thread->allocations > 0 ? thread->blocks_freed / thread->allocations * 100 : NAN;
  default:
    return ms_thread_rate(thread, thread->allocations);
  }
}

static int best_first(const void *left, const void *right) {
  const struct place *a = left, *b = right;
  if (a->value != b->value)
    return a->value > b->value ? -1 : 1;
  return a->thread < b->thread ? -1 : a->thread > b->thread;
}

static void write_ranking(struct ms_json *json, const struct ms_analysis *analysis, enum ranking ranking,
                          struct place *places) {
  size_t count = 0;
  for (uint32_t i = 0; i < analysis->threads.items.count; i++) {
    double value = value_of(&analysis->threads.items.items[i], ranking);
    if (!isnan(value))
      places[count++] = (struct place){i, value};
  }
  qsort(places, count, sizeof *places, best_first);
  ms_json_array(json, rankings[ranking].key);
  for (size_t i = 0; i < count; i++) {
    const struct ms_thread *thread = &analysis->threads.items.items[places[i].thread];
    ms_json_object(json, NULL);
    ms_json_u64(json, "rank", i + 1);
    ms_json_u64(json, "thread", places[i].thread);
    ms_json_u64(json, "tid", thread->tid);
    ms_json_text(json, "name", ms_thread_name(thread));
    ms_json_text(json, "role", ms_role_names[analysis->verdicts[places[i].thread].role]);
    ms_json_real(json, "value", places[i].value);
    ms_json_text(json, "unit", rankings[ranking].unit);
    ms_json_end_object(json);
  }
  ms_json_end_array(json);
}

void ms_rankings_write(FILE *out, const struct ms_analysis *analysis) {
  struct ms_json json = ms_json_to(out);
  struct place *places = ms_memory_new(analysis->threads.items.count, sizeof *places);
  ms_json_object(&json, NULL);
  ms_json_u64(&json, "schema_version", MS_REPORT_SCHEMA_VERSION);
  for (unsigned ranking = 0; ranking < RANKINGS; ranking++)
    write_ranking(&json, analysis, (enum ranking)ranking, places);
  ms_json_object(&json, "bottleneck");
  ms_json_text(&json, "kind", ms_bottleneck_names[analysis->summary.bottleneck]);
  ms_json_text(&json, "reason", analysis->summary.bottleneck_reason);
  ms_json_end_object(&json);
  ms_json_end_object(&json);
  free(places);
}
