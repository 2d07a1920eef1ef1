/* SPDX-License-Identifier: Apache-2.0
 *
 * usage.c: see usage.h.
 */
#include "analyse/usage.h"

static struct ms_usage_row *row_of(struct ms_usage *usage, uint32_t stack, uint32_t thread) {
  uint64_t key = (uint64_t)stack << 32 | thread;
  uint32_t index = ms_map_get(&usage->row_by_key, key);
  if (index == MS_NONE) {
    index = (uint32_t)usage->rows.count;
    ms_map_set(&usage->row_by_key, key, index);
    ms_vec_push(&usage->rows, ((struct ms_usage_row){.stack = stack, .thread = thread, .first_ns = UINT64_MAX}));
  }
  return &usage->rows.items[index];
}

static void settle(struct ms_usage_row *row, uint64_t peaks) {
  if (row->peak == peaks)
    return;
  row->peak = peaks;
  row->peak_blocks = row->live_blocks;
  row->peak_bytes = row->live_bytes;
}

static struct ms_growth *growth_of(struct ms_usage *usage, uint32_t stack) {
  while (usage->growth.count <= stack)
    ms_vec_push(&usage->growth, ((struct ms_growth){0}));
  return &usage->growth.items[stack];
}

static void allocation(struct ms_usage *usage, struct ms_usage_row *row, const struct ms_change *change) {
  row->recorded++;
  row->allocations += change->count;
  row->bytes_allocated += change->bytes;
  row->live_blocks += change->count;
  row->live_bytes += change->bytes;
  usage->live_blocks += change->count;
  usage->live_bytes += change->bytes;
  if (row->first_ns == UINT64_MAX)
    row->first_ns = change->time_ns;
  row->last_ns = change->time_ns;
}

static bool at_shutdown(const struct ms_usage *usage, const struct ms_change *change) {
  double duration = (double)usage->duration_ns;
  return (double)change->time_ns >= duration * (1 - usage->thresholds->leak_shutdown_last_share) &&
         (double)(change->time_ns - change->block.time_ns) >= duration * usage->thresholds->leak_shutdown_lived_share;
}

static void end_of_block(struct ms_usage *usage, struct ms_usage_row *row, const struct ms_change *change) {
  row->live_blocks -= change->count;
  row->live_bytes -= change->bytes;
  usage->live_blocks -= change->count;
  usage->live_bytes -= change->bytes;
  if (change->kind != MS_CHANGE_FREE)
    return;
  row->freed += change->count;
  row->freed_lifetime_ns += change->count * (double)(change->time_ns - change->block.time_ns);
  row->temporary += change->temporary ? change->count : 0;
  if (!at_shutdown(usage, change))
    return;
  row->shutdown_blocks += change->count;
  row->shutdown_bytes += change->bytes;
}

void ms_usage_change(struct ms_usage *usage, const struct ms_change *change) {
  if (change->kind == MS_CHANGE_UNMATCHED_FREE)
    return;
  struct ms_usage_row *row = row_of(usage, change->block.stack, change->block.thread);
  struct ms_growth *growth = growth_of(usage, change->block.stack);
  settle(row, usage->peaks);
  if (change->kind == MS_CHANGE_ALLOC) {
    allocation(usage, row, change);
    ms_growth_add(growth, change->bytes, change->time_ns, usage->duration_ns);
  } else {
    end_of_block(usage, row, change);
    ms_growth_remove(growth, change->bytes, change->kind == MS_CHANGE_FREE, change->time_ns, usage->duration_ns);
  }
  if (usage->live_bytes <= usage->peak_bytes)
    return;
  usage->peak_bytes = usage->live_bytes;
  usage->peak_time_ns = change->time_ns;
  usage->peaks++;
}

void ms_usage_end(struct ms_usage *usage) {
  for (size_t i = 0; i < usage->rows.count; i++)
    settle(&usage->rows.items[i], usage->peaks);
  for (size_t i = 0; i < usage->growth.count; i++)
    ms_growth_end(&usage->growth.items[i]);
}

void ms_usage_free(struct ms_usage *usage) {
  ms_vec_free(&usage->rows);
  ms_vec_free(&usage->growth);
  ms_map_free(&usage->row_by_key);
}
