/* SPDX-License-Identifier: Apache-2.0
 *
 * samples.h: memscope_resources.bin as series: one per metric and instance (core, thread, device), change points only.
 */
#ifndef MEMSCOPE_EXPORTER_SAMPLES_H
#define MEMSCOPE_EXPORTER_SAMPLES_H

#include "read/facts.h"

struct ms_metric {
  uint32_t id;
  uint8_t kind, scope; /* enum ms_metric_kind, enum ms_metric_scope */
  const char *name, *unit;
  const char *unavailable; /* reason, NULL where it was read */
};

struct ms_sample_point {
  uint32_t sample; /* index of the sample in which the value changed to this */
  int64_t value;
};

struct ms_series {
  uint32_t metric;                       /* index in metrics */
  uint32_t instance;                     /* core number, tid, device; 0 for the system and the process */
  MS_VEC(struct ms_sample_point) points; /* ascending samples */
};

/** A name of a thread or device, from `sample` on. */
struct ms_instance_name {
  uint32_t instance, sample;
  uint32_t place; /* in the file, among the names */
  uint8_t scope; /* enum ms_metric_scope */
  const char *name;
};

/* A report has a line of each thread and core with a figure a sample. More figures than this are thinned: of every two,
 * four, ... samples the last one stays. That is an hour of 200 threads, or what a small hostile file can ask for. */
#define MS_SAMPLES_FIGURES_MAX (8u << 20)

/** Zero-initialise before the first use. */
struct ms_samples {
  struct ms_arena arena;
  MS_VEC(uint64_t) ticks; /* of each sample, ascending */
  uint64_t cost_ns;       /* of all samples together */
  MS_VEC(struct ms_metric) metrics;
  MS_VEC(struct ms_series) series;
  MS_VEC(struct ms_instance_name) names;     /* by scope, instance and sample */
  struct ms_map metric_by_id, series_by_key; /* key: metric index << 32 | instance */
};

void ms_samples_read(struct ms_samples *samples, const struct ms_trace_file *file, struct ms_damage_list *damage);
void ms_samples_free(struct ms_samples *samples);

/** Returns where the names of an instance begin in `names` that it has from `sample` on. */
size_t ms_samples_names(const struct ms_samples *samples, uint8_t scope, uint32_t instance, uint32_t sample);
/** Returns the index of the metric of this name, MS_NONE where the run has none. */
uint32_t ms_samples_metric(const struct ms_samples *samples, const char *name);
/** Returns the series, NULL where the run has none. */
const struct ms_series *ms_samples_series(const struct ms_samples *samples, const char *name, uint32_t instance);
/** Puts the value that holds at `sample` into *value; false where none was read up to it. Walks from *hint, which
 *  begins as 0, so that reading samples in order takes linear time. */
bool ms_series_at(const struct ms_series *series, uint32_t sample, size_t *hint, int64_t *value);

#endif
