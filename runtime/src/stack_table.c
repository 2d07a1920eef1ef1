/* SPDX-License-Identifier: Apache-2.0
 *
 * stack_table.c: linear probing at a load of at most one half.
 */
#include "stack_table.h"

#include <string.h>

#include "atomics.h"
#include "os.h"

/* At place 0 stands an entry that is no stack's, so that nobody need ask whether there is one. */
static void empty(struct ms_stack_table *table) {
  memset(table->index, 0, table->index_capacity * sizeof *table->index);
  ms_stack_entry(table, 0)->depth = UINT16_MAX;
  table->arena_used = (uint32_t)(sizeof(struct ms_stack_entry) / sizeof *table->arena);
  table->count = table->newest = table->before_newest = table->last = table->guess = 0;
}

void ms_stack_table_open(struct ms_stack_table *table) {
  memset(table, 0, sizeof *table);
  table->index_capacity = MS_STACKS_FIRST_INDEX;
  table->arena_capacity = MS_STACKS_FIRST_WORDS;
  table->index = table->first_index;
  table->arena = table->first_arena;
  empty(table);
}

/* Gives a part back, unless it is still the table's own first one. */
static void free_part(void *part, const void *first, size_t bytes) {
  if (part != first)
    ms_os_unmap(part, bytes);
}

void ms_stack_table_close(struct ms_stack_table *table) {
  free_part(table->index, table->first_index, table->index_capacity * sizeof *table->index);
  free_part(table->arena, table->first_arena, table->arena_capacity * sizeof *table->arena);
  memset(table, 0, sizeof *table);
}

/* From here on the pages of a table are more than the processor can keep track of. */
#define HUGE ((size_t)2 << 20)

static void *map_part(size_t bytes) {
  void *part = ms_os_map(bytes);
  if (part && bytes >= HUGE)
    ms_os_prefer_huge_pages(part, bytes);
  return part;
}

static MS_COLD bool grow_arena(struct ms_stack_table *table) {
  size_t bytes = table->arena_capacity * sizeof *table->arena;
  uint64_t *larger = table->arena_capacity <= UINT32_MAX / 2 ? map_part(2 * bytes) : NULL;
  if (!larger)
    return false;
  memcpy(larger, table->arena, bytes);
  free_part(table->arena, table->first_arena, bytes);
  table->arena = larger;
  table->arena_capacity *= 2;
  return true;
}

static MS_COLD bool grow_index(struct ms_stack_table *table) {
  uint32_t capacity = table->index_capacity * 2;
  size_t bytes = capacity * sizeof *table->index;
  struct ms_stack_slot *index = map_part(bytes);
  if (!index)
    return false;
  for (uint32_t slot = 0; slot < table->index_capacity; slot++) {
    if (table->index[slot].at == 0)
      continue;
    uint32_t at = table->index[slot].hash & (capacity - 1);
    while (index[at].at != 0)
      at = (at + 1) & (capacity - 1);
    index[at] = table->index[slot];
  }
  free_part(table->index, table->first_index, bytes / 2);
  table->index = index;
  table->index_capacity = capacity;
  return true;
}

static MS_COLD uint32_t add(struct ms_stack_table *table, uint32_t slot, uint32_t site, uint16_t flags,
                            const struct ms_call_stack *stack) {
  size_t frame_bytes = stack->depth * sizeof *stack->numbers;
  uint32_t words = (uint32_t)((offsetof(struct ms_stack_entry, frames) + frame_bytes + 7) / 8);
  while (table->arena_capacity - table->arena_used < words)
    if (!grow_arena(table))
      return 0;
  uint32_t at = table->arena_used;
  table->arena_used += words;
  struct ms_stack_entry *entry = ms_stack_entry(table, at);
  memset(entry, 0, sizeof *entry); /* the place may have been used before */
  table->count++;
  entry->id = ++table->ids;
  entry->site = site;
  entry->depth = (uint16_t)stack->depth;
  entry->flags = flags;
  entry->hash = stack->hash;
  if (frame_bytes > 0) /* without frames there is no list of them */
    memcpy(entry->frames, stack->numbers, frame_bytes);
  table->index[slot] = (struct ms_stack_slot){stack->hash, at};
  table->before_newest = table->newest;
  table->newest = at;
  if (2 * table->count > table->index_capacity)
    (void)grow_index(
        table); /* refused: probes get longer until memory is there; a full index cannot come, see intern */
  return at;
}

static inline bool is_stack(const struct ms_stack_entry *entry, uint32_t site, uint16_t flags,
                            const struct ms_call_stack *stack) {
  bool alike =
      (entry->hash == stack->hash) & (entry->site == site) & (entry->depth == stack->depth) & (entry->flags == flags);
  return ms_likely(alike) &&
         (stack->depth == 0 || memcmp(entry->frames, stack->numbers, stack->depth * sizeof *stack->numbers) == 0);
}

static inline uint32_t find_or_add(struct ms_stack_table *table, uint32_t site, uint16_t flags,
                                   const struct ms_call_stack *stack, bool *added) {
  uint32_t mask = table->index_capacity - 1, slot = stack->hash & mask;
  for (uint32_t at; (at = table->index[slot].at) != 0; slot = (slot + 1) & mask)
    if (table->index[slot].hash == stack->hash && is_stack(ms_stack_entry(table, at), site, flags, stack))
      return at;
  if (table->count + 1 >= table->index_capacity) /* keeps one slot free, at which every probe ends */
    return 0;
  uint32_t at = add(table, slot, site, flags, stack);
  *added = at != 0;
  return at;
}

/* Notes what came after what, and fetches what is to be expected. */
static inline void expect_next(struct ms_stack_table *table, uint32_t at) {
  ms_stack_entry(table, table->last)->next = at;
  table->last = at;
  table->guess = ms_stack_entry(table, at)->next;
  const uint8_t *expected = (const uint8_t *)ms_stack_entry(table, table->guess);
  for (unsigned line = 0; line < 3; line++)
    __builtin_prefetch(expected + (size_t)64 * line);
}

uint32_t ms_stack_table_intern(struct ms_stack_table *table, uint32_t site, uint16_t flags,
                               const struct ms_call_stack *stack, bool *added) {
  *added = false;
  uint32_t at = table->guess;
  if (!is_stack(ms_stack_entry(table, at), site, flags, stack))
    at = find_or_add(table, site, flags, stack, added);
  if (at != 0)
    expect_next(table, at);
  return at;
}

void ms_stack_table_forget(struct ms_stack_table *table) { empty(table); }
