/* SPDX-License-Identifier: Apache-2.0
 *
 * tracked_blocks.c: makes the shadow of a region when its first block is tracked. Regions are never given back: their
 * number is bounded by the heap's size, and a free may look at any time.
 */
#include "tracked_blocks.h"

#include "os.h"

_Atomic(ms_shadow_byte *) ms_regions[MS_REGIONS];

/* The table under the name by which generated code looks for NULL. */
extern _Atomic(ms_shadow_byte *) __memscope_regions[MS_REGIONS] __attribute__((alias("ms_regions")));

/* The regions that have a shadow, so that a fork need not look at all two million. */
#define LISTED_MAX 4096u
static _Atomic uint32_t listed[LISTED_MAX]; /* region + 1 */
static atomic_uint region_count;

static ms_shadow_byte *add_region(uintptr_t region) {
  ms_shadow_byte *fresh = ms_os_map(MS_REGION_BYTES), *expected = NULL;
  if (!fresh)
    return NULL;
  /* R1: publishes the zeroed shadow; pairs with A1 in ms_tracked_blocks_find. The loser of a race gives its copy back.
   */
  if (ms_cas_acq_rel(&ms_regions[region], &expected, fresh)) {
    /* relaxed: read by the child of a fork only, where one thread is left */
    unsigned place = ms_add_relaxed(&region_count, 1);
    if (place < LISTED_MAX)
      ms_store_relaxed(&listed[place], (uint32_t)region + 1);
    return fresh;
  }
  ms_os_unmap((void *)(uintptr_t)fresh, MS_REGION_BYTES);
  return expected;
}

MS_COLD bool ms_tracked_blocks_add_slow(uintptr_t address, enum ms_block_kind kind) {
  uintptr_t region = ms_tracked_blocks_place(address) >> MS_REGION_SHIFT;
  if (region >= MS_REGIONS || !add_region(region))
    return false;
  ms_store_relaxed(ms_tracked_blocks_find(address), (uint8_t)kind);
  return true;
}

static void reset_region(uintptr_t region) {
  ms_shadow_byte *shadow = ms_load_relaxed(&ms_regions[region]); /* one thread */
  if (shadow)
    ms_os_zero((void *)(uintptr_t)shadow, MS_REGION_BYTES);
}

void ms_tracked_blocks_reset(void) {
  unsigned count = ms_load_relaxed(&region_count);
  if (count > LISTED_MAX) { /* a tracked heap of more than 256 GiB */
    for (uintptr_t region = 0; region < MS_REGIONS; region++)
      reset_region(region);
    return;
  }
  for (unsigned i = 0; i < count; i++) {
    uint32_t region = ms_load_relaxed(&listed[i]);
    if (region != 0)
      reset_region(region - 1);
  }
}
