/* SPDX-License-Identifier: Apache-2.0
 *
 * sample.c: which threads and scopes a way was in force in is looked at where one of the three changes, not with each
 * event.
 */
#include "analyse/sample.h"

#include <math.h>

static uint32_t way_of(struct ms_sample *sample, struct ms_sampling how) {
  uint64_t hash = ms_hash_bytes(&how, sizeof how);
  size_t cursor = 0;
  uint32_t found;
  while ((found = ms_index_next(&sample->by_content, hash, &cursor)) != MS_NONE)
    if (memcmp(&sample->ways.items[found].how, &how, sizeof how) == 0)
      return found;
  found = (uint32_t)sample->ways.count;
  ms_index_add(&sample->by_content, hash, found);
  ms_vec_push(&sample->ways, ((struct ms_way){.how = how}));
  return found;
}

void ms_sample_start(struct ms_sample *sample, size_t stream_count) {
  (void)way_of(sample, (struct ms_sampling){.rate = 1});
  sample->of_stream = ms_memory_new(stream_count, sizeof *sample->of_stream);
}

static bool is_new(struct ms_sample *sample, uint32_t way, bool scope, uint32_t id) {
  uint64_t key = (uint64_t)way << 33 | (uint64_t)scope << 32 | id;
  if (ms_map_get(&sample->seen, key) != MS_NONE)
    return false;
  ms_map_set(&sample->seen, key, 1);
  return true;
}

static void note(struct ms_sample *sample, uint32_t index, uint32_t thread, uint32_t scope) {
  struct ms_way *way = &sample->ways.items[index];
  if (is_new(sample, index, false, thread))
    ms_vec_push(&way->threads, thread);
  if (scope != 0 && is_new(sample, index, true, scope))
    ms_vec_push(&way->scopes, scope);
}

static void allocation(struct ms_sample *sample, const struct ms_event *event, uint32_t thread) {
  uint32_t index = sample->of_stream[event->stream].way;
  struct ms_way *way = &sample->ways.items[index];
  double weight = ms_weight_of(event->weight), size = (double)event->size;
  way->recorded++;
  way->allocations += weight;
  way->bytes_allocated += weight * size;
  sample->estimated |= weight != 1;
  sample->allocations_variance += weight * (weight - 1);
  sample->bytes_variance += size * size * weight * (weight - 1);
  if (sample->of_stream[event->stream].scope == event->scope + 1)
    return;
  sample->of_stream[event->stream].scope = event->scope + 1;
  note(sample, index, thread, event->scope);
}

static void change(struct ms_sample *sample, const struct ms_event *event, uint32_t thread) {
  sample->of_stream[event->stream].way = way_of(sample, event->sampling);
  sample->of_stream[event->stream].scope = 0;
  note(sample, sample->of_stream[event->stream].way, thread, 0);
}

void ms_sample_event(struct ms_sample *sample, const struct ms_event *event, uint32_t thread) {
  if (event->kind == MS_EVENT_ALLOC)
    allocation(sample, event, thread);
  else if (event->kind == MS_EVENT_SAMPLING)
    change(sample, event, thread);
}

bool ms_sample_is_one(const struct ms_sample *sample) { return sample->estimated || sample->ways.count > 1; }

double ms_sample_rate(const struct ms_sample *sample) {
  double lowest = NAN;
  for (size_t i = 0; i < sample->ways.count; i++)
    if (sample->ways.items[i].how.sample_bytes == 0 && sample->ways.items[i].how.rate < 1)
      lowest = fmin(lowest, sample->ways.items[i].how.rate);
  return lowest;
}

double ms_sample_bytes(const struct ms_sample *sample) {
  double largest = NAN;
  for (size_t i = 0; i < sample->ways.count; i++)
    if (sample->ways.items[i].how.sample_bytes > 0)
      largest = fmax(largest, (double)sample->ways.items[i].how.sample_bytes);
  return largest;
}

void ms_sample_free(struct ms_sample *sample) {
  for (size_t i = 0; i < sample->ways.count; i++) {
    ms_vec_free(&sample->ways.items[i].threads);
    ms_vec_free(&sample->ways.items[i].scopes);
  }
  ms_vec_free(&sample->ways);
  ms_map_free(&sample->seen);
  ms_index_free(&sample->by_content);
  free(sample->of_stream);
}
