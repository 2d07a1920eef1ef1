/* SPDX-License-Identifier: Apache-2.0
 *
 * tracked_blocks_test.c: the shadow knows exactly the blocks it was told of, at every edge of the address space.
 */
#include "check.h"
#include "tracked_blocks.h"

static void neighbours_are_told_apart(void) {
  for (uintptr_t address = 0x7f0000000000; address < 0x7f0000000000 + 4096; address += 16)
    CHECK(ms_tracked_blocks_add(address, MS_BLOCK_HEAP));
  for (uintptr_t address = 0x7f0000000000; address < 0x7f0000000000 + 4096; address += 8)
    CHECK(ms_tracked_blocks_test(address) == (address % 16 == 0));
  ms_tracked_blocks_clear(0x7f0000000010, MS_BLOCK_HEAP);
  CHECK(!ms_tracked_blocks_test(0x7f0000000010) && ms_tracked_blocks_test(0x7f0000000020));
}

/* A chunk of the heap and the first block that the program's own allocator cuts from it; and one that is released by the other's
 * function. */
static void two_kinds_may_begin_at_one_address(void) {
  const uintptr_t place = 0x7f0000100000;
  CHECK(ms_tracked_blocks_add(place, MS_BLOCK_HEAP) && ms_tracked_blocks_add(place, MS_BLOCK_CUSTOM));
  ms_tracked_blocks_clear(place, MS_BLOCK_HEAP);
  CHECK(ms_tracked_blocks_test(place));
  ms_tracked_blocks_clear(place, MS_BLOCK_HEAP);
  CHECK(!ms_tracked_blocks_test(place));
  CHECK(ms_tracked_blocks_add(place, MS_BLOCK_HEAP) && ms_tracked_blocks_add(place, MS_BLOCK_CUSTOM));
  ms_tracked_blocks_clear(place, MS_BLOCK_CUSTOM);
  CHECK(ms_tracked_blocks_test(place));
  ms_tracked_blocks_clear(place, MS_BLOCK_CUSTOM);
  CHECK(!ms_tracked_blocks_test(place));
}

static void edges_of_regions_and_of_the_address_space(void) {
  const uintptr_t region = (uintptr_t)1 << MS_REGION_SHIFT;
  const uintptr_t edges[] = {0, 8, region - 8, region, 2 * region - 8, ((uintptr_t)1 << MS_ADDRESS_BITS) - 8};
  for (size_t i = 0; i < sizeof edges / sizeof edges[0]; i++) {
    CHECK(!ms_tracked_blocks_test(edges[i]));
    CHECK(ms_tracked_blocks_add(edges[i], MS_BLOCK_HEAP));
    CHECK(ms_tracked_blocks_test(edges[i]));
  }
  const uintptr_t beyond[] = {(uintptr_t)1 << MS_ADDRESS_BITS, UINTPTR_MAX - 7};
  for (size_t i = 0; i < sizeof beyond / sizeof beyond[0]; i++) {
    CHECK(!ms_tracked_blocks_add(beyond[i], MS_BLOCK_HEAP));
    CHECK(!ms_tracked_blocks_test(beyond[i]));
  }
}

static void a_reset_forgets_all(void) {
  ms_tracked_blocks_reset();
  CHECK(!ms_tracked_blocks_test(0x7f0000000020) && !ms_tracked_blocks_test(8));
}

int main(void) {
  CHECK(!ms_tracked_blocks_test(0x7f0000000000));
  neighbours_are_told_apart();
  two_kinds_may_begin_at_one_address();
  edges_of_regions_and_of_the_address_space();
  a_reset_forgets_all();
  return 0;
}
