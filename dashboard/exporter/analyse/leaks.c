/* SPDX-License-Identifier: Apache-2.0
 *
 * leaks.c: a stack's class from how its live bytes moved over all threads; an item for each thread that holds some of
 * them.
 */
#include "analyse/leaks.h"

const char *const ms_leak_class_names[MS_LEAK_CLASSES] = {
    [MS_LEAK_LOST_GROWTH] = "lost_growth",
    [MS_LEAK_BOUNDED_CACHE] = "bounded_cache",
    [MS_LEAK_RELEASED_AT_SHUTDOWN] = "released_at_shutdown",
    [MS_LEAK_LIVE_AT_EXIT] = "live_at_exit",
};

static enum ms_leak_class class_of(const struct ms_growth *growth, const struct ms_thresholds *thresholds) {
  double level = growth->live_bytes;
  if (growth->late_frees && growth->most_early >= level &&
      growth->most_late <= level * thresholds->leak_cache_overshoot)
    return MS_LEAK_BOUNDED_CACHE;
  if (!growth->sank && growth->rises >= thresholds->leak_growth_tenths_at_least)
    return MS_LEAK_LOST_GROWTH;
  return MS_LEAK_LIVE_AT_EXIT;
}

static void add(struct ms_leaks *leaks, enum ms_leak_class class, size_t row, ms_sum blocks, ms_sum bytes) {
  if (blocks == 0)
    return;
  ms_vec_push(&leaks->items, ((struct ms_leak){class, (uint32_t)row, blocks, bytes}));
  leaks->class_blocks[class] += blocks;
  leaks->class_bytes[class] += bytes;
  if (class == MS_LEAK_RELEASED_AT_SHUTDOWN)
    return;
  leaks->total_blocks += blocks;
  leaks->total_bytes += bytes;
}

static int by_bytes(const void *left, const void *right) {
  const struct ms_leak *a = left, *b = right;
  if (a->bytes != b->bytes)
    return a->bytes > b->bytes ? -1 : 1;
  if (a->row != b->row)
    return a->row < b->row ? -1 : 1;
  return (int)a->class - (int)b->class;
}

void ms_leaks_find(struct ms_leaks *leaks, const struct ms_usage *usage) {
  for (size_t i = 0; i < usage->rows.count; i++) {
    const struct ms_usage_row *row = &usage->rows.items[i];
    enum ms_leak_class class = class_of(&usage->growth.items[row->stack], usage->thresholds);
    add(leaks, class, i, row->live_blocks, row->live_bytes);
    add(leaks, MS_LEAK_RELEASED_AT_SHUTDOWN, i, row->shutdown_blocks, row->shutdown_bytes);
  }
  ms_vec_sort(&leaks->items, by_bytes);
}

void ms_leaks_free(struct ms_leaks *leaks) { ms_vec_free(&leaks->items); }
