/* SPDX-License-Identifier: Apache-2.0
 *
 * rule_cache.h: a thread's unwind rules by return address. Grows with the program's call sites, so that a large program
 * does not read the same tables again and again. It also numbers them: a frame that is a number takes half the memory.
 *
 * Thread: the owner. Cost of a rule that is known: a multiplication and a probe; of one that is not, about a
 * microsecond, once. Guarded by bench/ (mixed, wide).
 */
#ifndef MS_RULE_CACHE_H
#define MS_RULE_CACHE_H

#include <stdint.h>

#include "atomics.h"
#include "unwind_rules.h"

#define MS_RULES_FIRST 64u
#define MS_RULES_MAX (1u << 21) /* 64 MiB; when half of it is in use, all are forgotten */

struct ms_cached_rule {
  uintptr_t address; /* 0: free, and what the address 0 finds, without a rule */
  struct ms_unwind_rule rule;
  uint32_t number; /* never given to another address; an address that was forgotten gets another one */
};

struct ms_rule_cache {
  struct ms_cached_rule *rules; /* open addressing, at most half in use */
  uint32_t capacity, count;
  uint32_t numbers; /* given so far */
  struct ms_cached_rule first[MS_RULES_FIRST];
};

/** Prepares an empty cache. It must not move after that. */
void ms_rule_cache_open(struct ms_rule_cache *cache);
void ms_rule_cache_close(struct ms_rule_cache *cache);

/** Forgets all rules: after a module was unloaded. */
void ms_rule_cache_forget(struct ms_rule_cache *cache);

/** Reads and keeps the rule of an address that is not in the cache. */
const struct ms_cached_rule *ms_rule_cache_learn(struct ms_rule_cache *cache, uintptr_t address);

static inline uint32_t ms_rule_cache_place(const struct ms_rule_cache *cache, uintptr_t address) {
  return (uint32_t)((address * 0x9e3779b97f4a7c15u) >> 40) & (cache->capacity - 1);
}

/** Returns the rule that holds at an address inside a calling instruction; valid until the next call. */
static inline const struct ms_cached_rule *ms_rule_cache_find(struct ms_rule_cache *cache, uintptr_t address) {
  for (uint32_t at = ms_rule_cache_place(cache, address);; at = (at + 1) & (cache->capacity - 1)) {
    const struct ms_cached_rule *cached = &cache->rules[at];
    if (ms_likely(cached->address == address && cached->rule.kind != MS_RULE_NO_CODE))
      return cached;
    if (cached->address == 0 || cached->address == address)
      return ms_rule_cache_learn(cache, address);
  }
}

#endif
