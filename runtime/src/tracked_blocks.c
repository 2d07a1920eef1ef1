/* SPDX-License-Identifier: Apache-2.0
 *
 * tracked_blocks.c: makes the shadow of a region when its first block is tracked. Regions are never given back: their
 * number is bounded by the heap's size, and a free may look at any time.
 */
#include "tracked_blocks.h"

#include "os.h"

_Atomic(ms_shadow_byte *) ms_regions[MS_REGIONS];

static ms_shadow_byte *add_region(uintptr_t region) {
  ms_shadow_byte *fresh = ms_os_map(MS_REGION_BYTES), *expected = NULL;
  if (!fresh)
    return NULL;
  /* R1: publishes the zeroed shadow; pairs with A1 in ms_tracked_blocks_find. The loser of a race gives its copy back.
   */
  if (ms_cas_acq_rel(&ms_regions[region], &expected, fresh))
    return fresh;
  ms_os_unmap((void *)(uintptr_t)fresh, MS_REGION_BYTES);
  return expected;
}

MS_COLD bool ms_tracked_blocks_add_slow(uintptr_t address) {
  uintptr_t region = address >> MS_REGION_SHIFT;
  if (region >= MS_REGIONS || !add_region(region))
    return false;
  ms_store_relaxed(ms_tracked_blocks_find(address), 1);
  return true;
}

void ms_tracked_blocks_reset(void) {
  for (uintptr_t region = 0; region < MS_REGIONS; region++) {
    ms_shadow_byte *shadow = ms_load_relaxed(&ms_regions[region]); /* one thread */
    if (shadow)
      ms_os_zero((void *)(uintptr_t)shadow, MS_REGION_BYTES);
  }
}
