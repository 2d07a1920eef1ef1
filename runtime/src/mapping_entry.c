/* SPDX-License-Identifier: Apache-2.0
 *
 * mapping_entry.c: cuts and moves. A range is taken out of the table before the system releases it: another thread may
 * be given it right after.
 */
#define _GNU_SOURCE
#include "mapping_entry.h"

#include <sys/mman.h>

#include "local.h"
#include "mappings.h"

static bool take(struct ms_mapping range, struct ms_mapping *taken) {
  if (!ms_mappings_any() || !ms_local_enter(&ms_local))
    return false;
  bool found = ms_mappings_take(range, taken);
  ms_local_leave(&ms_local);
  return found;
}

static void put_back(struct ms_mapping mapping) {
  if (!ms_local_enter(&ms_local))
    return;
  (void)ms_mappings_add(mapping, mapping.weight);
  ms_local_leave(&ms_local);
}

static bool is_range(uintptr_t address, size_t size, struct ms_mapping *range) {
  *range = ms_mappings_pages(address, size);
  return size > 0 && range->low == address && range->high > range->low;
}

static void end_part(const struct ms_origin *released, struct ms_mapping whole, struct ms_mapping range) {
  bool head = whole.low<range.low, tail = whole.high> range.high;
  if (!head && !tail) {
    (void)ms_record_free(released, whole.low);
    return;
  }
  struct ms_origin part = *released;
  part.weight = whole.weight;
  struct ms_realloc change;
  ms_record_remap_begin(&change, whole.low);
  if (!head) {
    ms_record_realloc_end(&change, &part, range.high, whole.high - range.high, false);
    return;
  }
  ms_record_realloc_end(&change, &part, whole.low, range.low - whole.low, false);
  if (tail && ms_local.mode == MS_MODE_TRACKED)
    (void)ms_record_allocation(&part, range.high, whole.high - range.high, 0);
}

void ms_mapping_ended(const struct ms_origin *origin, uintptr_t address, size_t size) {
  struct ms_mapping range, whole;
  if (!is_range(address, size, &range))
    return;
  while (take(range, &whole))
    end_part(origin, whole, range);
}

void ms_mapping_move_begin(struct ms_remap *remap, const struct ms_origin *origin, uintptr_t old, size_t old_size,
                           int flags) {
  struct ms_mapping range, whole;
  *remap = (struct ms_remap){.flags = flags};
  /* Size 0 and DONTUNMAP leave the old mapping where it is. */
  if (flags & MREMAP_DONTUNMAP || !is_range(old, old_size, &range) || !take(range, &whole))
    return;
  if (whole.low == range.low && whole.high == range.high) {
    remap->whole = whole;
    ms_record_remap_begin(&remap->change, old);
    return;
  }
  end_part(origin, whole, range);
  ms_mapping_ended(origin, old, old_size);
}

void ms_mapping_move_end(const struct ms_remap *remap, const struct ms_origin *origin, uintptr_t now, size_t size,
                         bool records) {
  if (now == 0) {
    if (remap->change.old_tracked)
      put_back(remap->whole);
    return;
  }
  if (remap->flags & MREMAP_FIXED)
    ms_mapping_ended(origin, now, size);
  if (remap->change.old_tracked)
    ms_record_realloc_end(&remap->change, origin, now, size, false);
  else if (records)
    (void)ms_record_allocation(origin, now, size, 0);
}
