/* SPDX-License-Identifier: Apache-2.0
 *
 * map.h: a map from 64-bit keys to 32-bit values (ms_map), and an index over any array of things (ms_index).
 *
 * Both are open-addressing tables with linear probing. A map removes by shifting back, so that a table which sees
 * millions of blocks come and go never fills with tombstones; its size follows the number of live keys.
 */
#ifndef MEMSCOPE_EXPORTER_MAP_H
#define MEMSCOPE_EXPORTER_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MS_NONE UINT32_MAX /* "no index" wherever an index is stored */

struct ms_map_slot {
  uint64_t key;
  uint32_t value; /* MS_NONE: the slot is free */
};

/** Zero-initialise before the first use. */
struct ms_map {
  struct ms_map_slot *slots;
  size_t capacity, count; /* capacity is 0 or a power of two */
};

/** Returns the value of `key`, MS_NONE where there is none. */
uint32_t ms_map_get(const struct ms_map *map, uint64_t key);
/** Stores `value` (not MS_NONE) for `key`, replacing an earlier one. */
void ms_map_set(struct ms_map *map, uint64_t key, uint32_t value);
/** Removes `key` and returns its value, MS_NONE where there was none. */
uint32_t ms_map_remove(struct ms_map *map, uint64_t key);
void ms_map_free(struct ms_map *map);

struct ms_index_slot {
  uint32_t hash;
  uint32_t item; /* MS_NONE: the slot is free */
};

/** Finds items of an array that the caller owns: the index stores hash and position, the caller compares. */
struct ms_index {
  struct ms_index_slot *slots;
  size_t capacity, count;
};

/** Walks the candidates for `hash`: start with *cursor = 0, call until MS_NONE, compare each item returned. */
uint32_t ms_index_next(const struct ms_index *index, uint64_t hash, size_t *cursor);
/** Adds an item that no walk has found. */
void ms_index_add(struct ms_index *index, uint64_t hash, uint32_t item);
void ms_index_free(struct ms_index *index);

/** Mixes all bits of a number into all bits of the result. */
static inline uint64_t ms_hash_u64(uint64_t n) {
  n ^= n >> 32;
  n *= 0xd6e8feb86659fd93u;
  n ^= n >> 32;
  n *= 0xd6e8feb86659fd93u;
  return n ^ (n >> 32);
}

/** Hashes bytes (FNV-1a, then mixed). */
uint64_t ms_hash_bytes(const void *bytes, size_t length);

#endif
