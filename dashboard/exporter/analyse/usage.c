/* SPDX-License-Identifier: Apache-2.0
 *
 * usage.c: see usage.h.
 */
#include "analyse/usage.h"

#define TENTHS 10u

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

static void end_tenth(struct ms_usage_row *row) {
  if (row->live_bytes > row->level)
    row->rises++;
  row->sank |= row->live_bytes < row->level;
  row->level = row->live_bytes;
}

/* Called before a change: what is live now was live when the tenth at hand ended, and in those after it. */
static void note_tenth(const struct ms_usage *usage, struct ms_usage_row *row, uint64_t time_ns) {
  double share = usage->duration_ns == 0 ? 0 : (double)time_ns / (double)usage->duration_ns;
  uint8_t tenth = share < 1 ? (uint8_t)(share * TENTHS) : TENTHS - 1;
  if (tenth > row->tenth)
    end_tenth(row);
  row->tenth = tenth;
}

static void note_halves(const struct ms_usage *usage, struct ms_usage_row *row, uint64_t time_ns, uint64_t before) {
  if (time_ns < usage->duration_ns / 2) {
    if (row->live_bytes > row->most_early)
      row->most_early = row->live_bytes;
    return;
  }
  if (!row->late) {
    row->late = true;
    row->most_late = before; /* what it carried into the second half */
  }
  if (row->live_bytes > row->most_late)
    row->most_late = row->live_bytes;
}

static void allocation(struct ms_usage *usage, struct ms_usage_row *row, const struct ms_change *change) {
  row->allocations++;
  row->bytes_allocated += change->block.size;
  row->live_blocks++;
  row->live_bytes += change->block.size;
  usage->live_blocks++;
  usage->live_bytes += change->block.size;
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
  row->live_blocks--;
  row->live_bytes -= change->block.size;
  usage->live_blocks--;
  usage->live_bytes -= change->block.size;
  if (change->kind != MS_CHANGE_FREE)
    return;
  row->freed++;
  row->late_frees |= change->time_ns >= usage->duration_ns / 2;
  row->freed_lifetime_ns += change->time_ns - change->block.time_ns;
  row->temporary += change->temporary;
  if (!at_shutdown(usage, change))
    return;
  row->shutdown_blocks++;
  row->shutdown_bytes += change->block.size;
}

void ms_usage_change(struct ms_usage *usage, const struct ms_change *change) {
  if (change->kind == MS_CHANGE_UNMATCHED_FREE)
    return;
  struct ms_usage_row *row = row_of(usage, change->block.stack, change->block.thread);
  uint64_t before = row->live_bytes;
  settle(row, usage->peaks);
  note_tenth(usage, row, change->time_ns);
  if (change->kind == MS_CHANGE_ALLOC)
    allocation(usage, row, change);
  else
    end_of_block(usage, row, change);
  note_halves(usage, row, change->time_ns, before);
  if (usage->live_bytes <= usage->peak_bytes)
    return;
  usage->peak_bytes = usage->live_bytes;
  usage->peak_time_ns = change->time_ns;
  usage->peaks++;
}

void ms_usage_end(struct ms_usage *usage) {
  for (size_t i = 0; i < usage->rows.count; i++) {
    settle(&usage->rows.items[i], usage->peaks);
    end_tenth(&usage->rows.items[i]);
  }
}

void ms_usage_free(struct ms_usage *usage) {
  ms_vec_free(&usage->rows);
  ms_map_free(&usage->row_by_key);
}
