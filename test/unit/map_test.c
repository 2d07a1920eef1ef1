/* SPDX-License-Identifier: Apache-2.0
 *
 * map_test.c: the map holds what a plain array would, through a million random steps; the index finds equal hashes.
 */
#include "check.h"
#include "support/map.h"

#include <string.h>

#define KEYS 2000u
#define STEPS 1000000u

static uint64_t state = 42;

static uint32_t next_random(void) {
  state = state * 6364136223846793005u + 1442695040888963407u;
  return (uint32_t)(state >> 33);
}

/* Keys a multiple of 16 apart, as addresses are. */
static uint64_t key_of(uint32_t n) { return 0x7f0000000000u + 16u * (uint64_t)n; }

static void map_equals_an_array(void) {
  static uint32_t expected[KEYS];
  struct ms_map map = {0};
  size_t count = 0;
  memset(expected, 0xff, sizeof expected);
  CHECK(ms_map_get(&map, 1) == MS_NONE && ms_map_remove(&map, 1) == MS_NONE);
  for (uint32_t step = 0; step < STEPS; step++) {
    uint32_t n = next_random() % KEYS;
    if (next_random() % 2 == 0) {
      count += expected[n] == MS_NONE;
      ms_map_set(&map, key_of(n), expected[n] = step);
    } else {
      count -= expected[n] != MS_NONE;
      CHECK(ms_map_remove(&map, key_of(n)) == expected[n]);
      expected[n] = MS_NONE;
    }
    CHECK(map.count == count);
  }
  for (uint32_t n = 0; n < KEYS; n++)
    CHECK(ms_map_get(&map, key_of(n)) == expected[n]);
  CHECK(map.capacity <= 4096); /* a million removals leave no tombstones */
  ms_map_free(&map);
}

static void index_walks_all_of_one_hash(void) {
  struct ms_index index = {0};
  for (uint32_t item = 0; item < 100; item++)
    ms_index_add(&index, item % 2, item);
  size_t cursor = 0;
  uint32_t found, seen = 0;
  while ((found = ms_index_next(&index, 1, &cursor)) != MS_NONE) {
    CHECK(found % 2 == 1);
    seen++;
  }
  CHECK(seen == 50);
  ms_index_free(&index);
}

int main(void) {
  map_equals_an_array();
  index_walks_all_of_one_hash();
  return 0;
}
