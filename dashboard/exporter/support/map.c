/* SPDX-License-Identifier: Apache-2.0
 *
 * map.c: both tables stay at most three quarters full.
 */
#include "support/map.h"

#include "support/memory.h"

#include <stdlib.h>

static size_t home_of(const struct ms_map *map, uint64_t key) { return (size_t)ms_hash_u64(key) & (map->capacity - 1); }

static size_t slot_of(const struct ms_map *map, uint64_t key) {
  size_t at = home_of(map, key);
  while (map->slots[at].value != MS_NONE && map->slots[at].key != key)
    at = (at + 1) & (map->capacity - 1);
  return at;
}

uint32_t ms_map_get(const struct ms_map *map, uint64_t key) {
  return map->count == 0 ? MS_NONE : map->slots[slot_of(map, key)].value;
}

static void grow_map(struct ms_map *map) {
  struct ms_map old = *map;
  map->capacity = old.capacity == 0 ? 64 : old.capacity * 2;
  map->slots = ms_memory_new(map->capacity, sizeof *map->slots);
  for (size_t i = 0; i < map->capacity; i++)
    map->slots[i].value = MS_NONE;
  for (size_t i = 0; i < old.capacity; i++)
    if (old.slots[i].value != MS_NONE)
      map->slots[slot_of(map, old.slots[i].key)] = old.slots[i];
  free(old.slots);
}

void ms_map_set(struct ms_map *map, uint64_t key, uint32_t value) {
  if ((map->count + 1) * 4 > map->capacity * 3)
    grow_map(map);
  struct ms_map_slot *slot = &map->slots[slot_of(map, key)];
  map->count += slot->value == MS_NONE;
  slot->key = key;
  slot->value = value;
}

uint32_t ms_map_remove(struct ms_map *map, uint64_t key) {
  if (map->count == 0)
    return MS_NONE;
  size_t hole = slot_of(map, key), mask = map->capacity - 1;
  uint32_t value = map->slots[hole].value;
  if (value == MS_NONE)
    return MS_NONE;
  /* Move later keys of the same run forward unless that would put one before its home. */
  for (size_t at = (hole + 1) & mask; map->slots[at].value != MS_NONE; at = (at + 1) & mask) {
    size_t home = home_of(map, map->slots[at].key);
    if (((at - home) & mask) < ((at - hole) & mask))
      continue;
    map->slots[hole] = map->slots[at];
    hole = at;
  }
  map->slots[hole].value = MS_NONE;
  map->count--;
  return value;
}

void ms_map_free(struct ms_map *map) {
  free(map->slots);
  *map = (struct ms_map){0};
}

uint32_t ms_index_next(const struct ms_index *index, uint64_t hash, size_t *cursor) {
  if (index->count == 0)
    return MS_NONE;
  size_t mask = index->capacity - 1;
  for (;;) {
    const struct ms_index_slot *slot = &index->slots[((size_t)hash + (*cursor)++) & mask];
    if (slot->item == MS_NONE || slot->hash == (uint32_t)hash)
      return slot->item;
  }
}

static void place(struct ms_index *index, struct ms_index_slot slot) {
  size_t mask = index->capacity - 1, at = slot.hash & mask;
  while (index->slots[at].item != MS_NONE)
    at = (at + 1) & mask;
  index->slots[at] = slot;
}

void ms_index_add(struct ms_index *index, uint64_t hash, uint32_t item) {
  if ((index->count + 1) * 4 > index->capacity * 3) {
    struct ms_index old = *index;
    index->capacity = old.capacity == 0 ? 64 : old.capacity * 2;
    index->slots = ms_memory_new(index->capacity, sizeof *index->slots);
    for (size_t i = 0; i < index->capacity; i++)
      index->slots[i].item = MS_NONE;
    for (size_t i = 0; i < old.capacity; i++)
      if (old.slots[i].item != MS_NONE)
        place(index, old.slots[i]);
    free(old.slots);
  }
  place(index, (struct ms_index_slot){(uint32_t)hash, item});
  index->count++;
}

void ms_index_free(struct ms_index *index) {
  free(index->slots);
  *index = (struct ms_index){0};
}

uint64_t ms_hash_bytes(const void *bytes, size_t length) {
  const unsigned char *at = bytes;
  uint64_t hash = 0xcbf29ce484222325u;
  for (size_t i = 0; i < length; i++)
    hash = (hash ^ at[i]) * 0x100000001b3u;
  return ms_hash_u64(hash);
}
