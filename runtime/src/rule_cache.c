/* SPDX-License-Identifier: Apache-2.0
 *
 * rule_cache.c: learning and growing. Off the ordinary path.
 */
#include "rule_cache.h"

#include <string.h>

#include "os.h"

void ms_rule_cache_open(struct ms_rule_cache *cache) {
  cache->rules = cache->first;
  cache->capacity = MS_RULES_FIRST;
  ms_rule_cache_forget(cache);
}

static void free_rules(struct ms_rule_cache *cache) {
  if (cache->rules != cache->first)
    ms_os_unmap(cache->rules, cache->capacity * sizeof *cache->rules);
}

void ms_rule_cache_close(struct ms_rule_cache *cache) {
  free_rules(cache);
  ms_rule_cache_open(cache);
}

void ms_rule_cache_forget(struct ms_rule_cache *cache) {
  memset(cache->rules, 0, cache->capacity * sizeof *cache->rules);
  cache->count = 0;
}

/* Where an address stands, or would. */
static struct ms_cached_rule *place_of(struct ms_rule_cache *cache, uintptr_t address) {
  uint32_t at = ms_rule_cache_place(cache, address);
  while (cache->rules[at].address != 0 && cache->rules[at].address != address)
    at = (at + 1) & (cache->capacity - 1);
  return &cache->rules[at];
}

/* Where memory is refused, or there are too many, it begins anew. */
static void make_room(struct ms_rule_cache *cache) {
  struct ms_rule_cache larger = {.capacity = 2 * cache->capacity};
  larger.rules = larger.capacity <= MS_RULES_MAX ? ms_os_map(larger.capacity * sizeof *larger.rules) : NULL;
  if (!larger.rules) {
    ms_rule_cache_forget(cache);
    return;
  }
  for (uint32_t i = 0; i < cache->capacity; i++)
    if (cache->rules[i].address != 0)
      *place_of(&larger, cache->rules[i].address) = cache->rules[i];
  free_rules(cache);
  cache->rules = larger.rules;
  cache->capacity = larger.capacity;
}

MS_COLD const struct ms_cached_rule *ms_rule_cache_learn(struct ms_rule_cache *cache, uintptr_t address) {
  if (2 * (cache->count + 1) > cache->capacity)
    make_room(cache);
  struct ms_cached_rule *cached = place_of(cache, address);
  if (cached->address == 0) {
    cached->address = address;
    cached->number = ++cache->numbers;
    cache->count++;
  }
  const void *table = ms_os_unwind_table(address);
  cached->rule = table ? ms_unwind_rule_read(table, address) : (struct ms_unwind_rule){.kind = MS_RULE_NO_CODE};
  return cached;
}
