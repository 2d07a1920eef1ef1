/* SPDX-License-Identifier: Apache-2.0
 *
 * sample.h: one reading of everything, as a fact that lists the values that changed. Sources put values in; what the
 * value was before is kept here. Thread: the collector only.
 */
#ifndef MS_RESOURCES_SAMPLE_H
#define MS_RESOURCES_SAMPLE_H

#include <stdbool.h>
#include <stdint.h>

#include "../facts.h"

enum ms_metric {
  MS_METRIC_NONE,
#define MS_METRIC(id, name, unit, kind, scope) MS_METRIC_##id,
#include "metrics.def"
#undef MS_METRIC
  MS_METRIC_COUNT,
};

struct ms_kept_value {
  uint64_t key; /* metric << 32 | instance; 0: free */
  int64_t value;
  uint64_t round; /* last sample that had it */
};

struct ms_sample {
  const char *path;
  uint64_t round;
  struct ms_fact values; /* payload behind the count */
  uint32_t count;
  struct ms_kept_value *kept;
  uint32_t kept_count, kept_capacity;
  bool refused[MS_METRIC_COUNT]; /* its reason has been written */
};

/** Prepares the samples of a run and writes the list of metrics. @param path the resource file, outlives the sample.
 *  @return 0 or a negative errno. */
int ms_sample_open(struct ms_sample *sample, const char *path);
void ms_sample_close(struct ms_sample *sample);

/** Begins a reading. */
void ms_sample_begin(struct ms_sample *sample);
/** Adds a value, unless it is what it was. */
void ms_sample_put(struct ms_sample *sample, enum ms_metric metric, uint32_t instance, int64_t value);
/** Says once why a metric has no values. */
void ms_sample_unavailable(struct ms_sample *sample, enum ms_metric metric, const char *reason);
/** Names an instance (a thread, a device). */
void ms_sample_name(struct ms_sample *sample, enum ms_metric_scope scope, uint32_t instance, const char *name);
/** Calls `visit` for each instance of a metric that the previous reading had and this one has not (yet). */
void ms_sample_missing(struct ms_sample *sample, enum ms_metric metric,
                       void (*visit)(struct ms_sample *, uint32_t instance));
/** Writes the reading. @return 0 or a negative errno. */
int ms_sample_end(struct ms_sample *sample, uint64_t ticks, uint64_t cost_ns);

#endif
