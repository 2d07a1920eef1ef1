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

/* From here on the pages of a table are more than the processor can keep track of. */
#define HUGE ((size_t)4 << 20)

static void *doubled(void *old, const void *first, size_t bytes) {
  void *larger = ms_os_map(2 * bytes);
  if (larger) {
    if (2 * bytes >= HUGE)
      ms_os_prefer_huge_pages(larger, 2 * bytes);
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
  size_t bytes = capacity * sizeof *table->index;
  struct ms_stack_slot *index = ms_os_map(bytes);
  if (!index)
    return false;
  if (bytes >= HUGE)
    ms_os_prefer_huge_pages(index, bytes);
  for (uint32_t slot = 0; slot < table->index_capacity; slot++) {
    if (table->index[slot].id == 0)
      continue;
    uint32_t at = table->index[slot].hash & (capacity - 1);
    while (index[at].id != 0)
      at = (at + 1) & (capacity - 1);
    index[at] = table->index[slot];
  }
  free_part(table->index, table->first_index, bytes / 2);
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
      .site = site,
      .frames_at = (uint32_t)table->frame_count,
      .depth = depth,
      .flags = flags,
  };
  table->index[slot] = (struct ms_stack_slot){hash, id, (uint32_t)table->frame_count, depth};
  memcpy(table->frames + table->frame_count, frames, depth * sizeof *frames);
  table->frame_count += depth;
  if (2 * table->count > table->index_capacity)
    (void)grow_index(
        table); /* refused: probes get longer until memory is there; a full index cannot come, see intern */
  return id;
}

uint32_t ms_stack_table_intern(struct ms_stack_table *table, uint32_t site, uint8_t flags, const uintptr_t *frames,
                               uint32_t depth, uint32_t hash, bool *added) {
  uint32_t mask = table->index_capacity - 1, at = hash & mask;
  *added = false;
  for (; table->index[at].id != 0; at = (at + 1) & mask) {
    const struct ms_stack_slot *slot = &table->index[at];
    if (slot->hash != hash || slot->depth != depth)
      continue;
    const struct ms_stack_entry *entry = &table->entries[slot->id];
    const uintptr_t *known = table->frames + slot->frames_at;
    __builtin_prefetch(entry);
    /* The frames first: what the entry says is compared without a branch in between. */
    bool same = depth == 0 || memcmp(known, frames, depth * sizeof *frames) == 0;
    if (ms_likely(same & (entry->site == site) & (entry->flags == flags)))
      return slot->id;
  }
  if (table->count + 1 >= table->index_capacity) /* keeps one slot free, at which every probe ends */
    return 0;
  *added = true;
  return add(table, at, site, flags, frames, depth, hash);
}

void ms_stack_table_forget(struct ms_stack_table *table) {
  memset(table->index, 0, table->index_capacity * sizeof *table->index);
}
