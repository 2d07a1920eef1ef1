/* SPDX-License-Identifier: Apache-2.0
 *
 * stack_table.c: linear probing at a load of at most one half.
 */
#include "stack_table.h"

#include <string.h>

#include "atomics.h"
#include "os.h"

void ms_stack_table_open(struct ms_stack_table *table) {
  memset(table, 0, sizeof *table);
  table->index_capacity = MS_STACKS_FIRST_INDEX;
  table->entry_capacity = MS_STACKS_FIRST_ENTRIES;
  table->frame_capacity = MS_STACKS_FIRST_FRAMES;
  table->index = table->first_index;
  table->entries = table->first_entries;
  table->frames = table->first_frames;
}

/* Gives a part back, unless it is still the table's own first one. */
static void free_part(void *part, const void *first, size_t bytes) {
  if (part != first)
    ms_os_unmap(part, bytes);
}

void ms_stack_table_close(struct ms_stack_table *table) {
  free_part(table->index, table->first_index, table->index_capacity * sizeof *table->index);
  free_part(table->entries, table->first_entries, table->entry_capacity * sizeof *table->entries);
  free_part(table->frames, table->first_frames, table->frame_capacity * sizeof *table->frames);
  memset(table, 0, sizeof *table);
}

static void *doubled(void *old, const void *first, size_t bytes) {
  void *larger = ms_os_map(2 * bytes);
  if (larger) {
    memcpy(larger, old, bytes);
    free_part(old, first, bytes);
  }
  return larger;
}

static MS_COLD bool grow_entries(struct ms_stack_table *table) {
  struct ms_stack_entry *larger =
      doubled(table->entries, table->first_entries, table->entry_capacity * sizeof *table->entries);
  if (!larger)
    return false;
  table->entries = larger;
  table->entry_capacity *= 2;
  return true;
}

static MS_COLD bool grow_frames(struct ms_stack_table *table) {
  uintptr_t *larger = doubled(table->frames, table->first_frames, table->frame_capacity * sizeof *table->frames);
  if (!larger)
    return false;
  table->frames = larger;
  table->frame_capacity *= 2;
  return true;
}

static MS_COLD bool grow_index(struct ms_stack_table *table) {
  uint32_t capacity = table->index_capacity * 2;
  uint32_t *index = ms_os_map(capacity * sizeof *index);
  if (!index)
    return false;
  for (uint32_t slot = 0; slot < table->index_capacity; slot++) {
    uint32_t id = table->index[slot];
    if (id == 0)
      continue;
    uint32_t at = table->entries[id].hash & (capacity - 1);
    while (index[at] != 0)
      at = (at + 1) & (capacity - 1);
    index[at] = id;
  }
  free_part(table->index, table->first_index, table->index_capacity * sizeof *index);
  table->index = index;
  table->index_capacity = capacity;
  return true;
}

static MS_COLD uint32_t add(struct ms_stack_table *table, uint32_t slot, uint32_t site, uint8_t flags,
                            const uintptr_t *frames, uint32_t depth, uint32_t hash) {
  if (table->count + 2 > table->entry_capacity && !grow_entries(table))
    return 0;
  while (table->frame_count + depth > table->frame_capacity)
    if (!grow_frames(table))
      return 0;
  uint32_t id = ++table->count;
  table->entries[id] = (struct ms_stack_entry){
      .hash = hash,
      .site = site,
      .frames_at = (uint32_t)table->frame_count,
      .depth = (uint16_t)depth,
      .flags = flags,
  };
  memcpy(table->frames + table->frame_count, frames, depth * sizeof *frames);
  table->frame_count += depth;
  table->index[slot] = id;
  if (2 * table->count > table->index_capacity)
    (void)grow_index(
        table); /* refused: probes get longer until memory is there; a full index cannot come, see intern */
  return id;
}

uint32_t ms_stack_table_intern(struct ms_stack_table *table, uint32_t site, uint8_t flags, const uintptr_t *frames,
                               uint32_t depth, uint32_t hash, bool *added) {
  uint32_t mask = table->index_capacity - 1;
  uint32_t slot = hash & mask;
  *added = false;
  for (; table->index[slot] != 0; slot = (slot + 1) & mask) {
    const struct ms_stack_entry *entry = &table->entries[table->index[slot]];
    if (entry->hash == hash && entry->site == site && entry->depth == depth && entry->flags == flags &&
        memcmp(ms_stack_frames(table, entry), frames, depth * sizeof *frames) == 0)
      return table->index[slot];
  }
  if (table->count + 1 >= table->index_capacity) /* keeps one slot free, at which every probe ends */
    return 0;
  *added = true;
  return add(table, slot, site, flags, frames, depth, hash);
}

void ms_stack_table_forget(struct ms_stack_table *table) {
  memset(table->index, 0, table->index_capacity * sizeof *table->index);
}
