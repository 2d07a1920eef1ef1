/* SPDX-License-Identifier: Apache-2.0
 *
 * sample.c: values kept in an open-addressed map; instances that have not been seen for a sample leave it when it
 * grows.
 */
#include "sample.h"

#include <errno.h>
#include <string.h>

#include "../os.h"
#include "../varint.h"

#define FIRST_KEPT 4096u

static const struct {
  const char *name, *unit;
  enum ms_metric_kind kind;
  enum ms_metric_scope scope;
} metrics[MS_METRIC_COUNT] = {
#define MS_METRIC(id, name, unit, kind, scope) [MS_METRIC_##id] = {name, unit, MS_METRIC_##kind, MS_SCOPE_##scope},
#include "metrics.def"
#undef MS_METRIC
};

int ms_sample_open(struct ms_sample *sample, const char *path) {
  memset(sample, 0, sizeof *sample);
  sample->path = path;
  sample->kept_capacity = FIRST_KEPT;
  sample->kept = ms_os_map(FIRST_KEPT * sizeof *sample->kept);
  int error = sample->kept ? 0 : -ENOMEM;
  for (uint32_t id = 1; error == 0 && id < MS_METRIC_COUNT; id++) {
    struct ms_fact fact;
    ms_fact_begin(&fact, MS_FACT_METRIC);
    ms_fact_u32(&fact, id);
    ms_fact_u8(&fact, (uint8_t)metrics[id].kind);
    ms_fact_u8(&fact, (uint8_t)metrics[id].scope);
    ms_fact_text(&fact, metrics[id].name);
    ms_fact_text(&fact, metrics[id].unit);
    error = ms_fact_append(&fact, path);
  }
  return error;
}

void ms_sample_close(struct ms_sample *sample) {
  ms_os_unmap(sample->kept, sample->kept_capacity * sizeof *sample->kept);
  sample->kept = NULL;
}

static struct ms_kept_value *find_kept(struct ms_kept_value *kept, uint32_t capacity, uint64_t key) {
  uint32_t at = (uint32_t)((key * 0x9e3779b97f4a7c15u) >> 32) & (capacity - 1);
  while (kept[at].key != 0 && kept[at].key != key)
    at = (at + 1) & (capacity - 1);
  return &kept[at];
}

static bool grow_kept(struct ms_sample *sample) {
  uint32_t capacity = 2 * sample->kept_capacity, count = 0;
  struct ms_kept_value *kept = ms_os_map(capacity * sizeof *kept);
  if (!kept)
    return false;
  for (uint32_t i = 0; i < sample->kept_capacity; i++)
    if (sample->kept[i].key != 0 && sample->kept[i].round + 1 >= sample->round) {
      *find_kept(kept, capacity, sample->kept[i].key) = sample->kept[i];
      count++;
    }
  ms_os_unmap(sample->kept, sample->kept_capacity * sizeof *kept);
  sample->kept = kept;
  sample->kept_capacity = capacity;
  sample->kept_count = count;
  return true;
}

void ms_sample_begin(struct ms_sample *sample) {
  sample->round++;
  sample->count = 0;
  ms_fact_begin(&sample->values, MS_FACT_SAMPLE);
}

void ms_sample_put(struct ms_sample *sample, enum ms_metric metric, uint32_t instance, int64_t value) {
  uint64_t key = (uint64_t)metric << 32 | instance;
  struct ms_kept_value *kept = find_kept(sample->kept, sample->kept_capacity, key);
  bool known = kept->key == key;
  if (!known && 2 * sample->kept_count >= sample->kept_capacity) {
    if (!grow_kept(sample))
      return;
    kept = find_kept(sample->kept, sample->kept_capacity, key);
  }
  bool same = known && kept->value == value;
  sample->kept_count += kept->key == 0;
  *kept = (struct ms_kept_value){key, value, sample->round};
  if (same)
    return;
  ms_fact_varint(&sample->values, metric);
  ms_fact_varint(&sample->values, instance);
  ms_fact_varint(&sample->values, ms_zigzag(value));
  sample->count++;
}

void ms_sample_missing(struct ms_sample *sample, enum ms_metric metric,
                       void (*visit)(struct ms_sample *, uint32_t instance)) {
  for (uint32_t i = 0; i < sample->kept_capacity; i++) {
    const struct ms_kept_value *kept = &sample->kept[i];
    if (kept->key >> 32 == metric && kept->round + 1 == sample->round)
      visit(sample, (uint32_t)kept->key);
  }
}

void ms_sample_unavailable(struct ms_sample *sample, enum ms_metric metric, const char *reason) {
  if (sample->refused[metric])
    return;
  sample->refused[metric] = true;
  struct ms_fact fact;
  ms_fact_begin(&fact, MS_FACT_UNAVAILABLE);
  ms_fact_u32(&fact, metric);
  ms_fact_text(&fact, reason);
  (void)ms_fact_append(&fact, sample->path); /* a failure shows with the sample itself */
}

void ms_sample_name(struct ms_sample *sample, enum ms_metric_scope scope, uint32_t instance, const char *name) {
  struct ms_fact fact;
  ms_fact_begin(&fact, MS_FACT_INSTANCE);
  ms_fact_u8(&fact, (uint8_t)scope);
  ms_fact_u32(&fact, instance);
  ms_fact_text(&fact, name);
  (void)ms_fact_append(&fact, sample->path);
}

int ms_sample_end(struct ms_sample *sample, uint64_t ticks, uint64_t cost_ns) {
  static struct ms_fact fact; /* the collector's only */
  const size_t head = sizeof(struct ms_fact_header);
  ms_fact_begin(&fact, MS_FACT_SAMPLE);
  ms_fact_u64(&fact, ticks);
  ms_fact_u64(&fact, cost_ns);
  ms_fact_varint(&fact, sample->count);
  ms_fact_bytes(&fact, sample->values.bytes + head, sample->values.size - head);
  bool whole = !sample->values.failed;
  ms_fact_discard(&sample->values);
  return whole ? ms_fact_append(&fact, sample->path) : -ENOMEM;
}
