/* SPDX-License-Identifier: Apache-2.0
 *
 * tracked_blocks_test.c: the shadow knows exactly the blocks it was told of, at every edge of the address space.
 */
#include "check.h"
#include "tracked_blocks.h"

static void neighbours_are_told_apart(void) {
  for (uintptr_t address = 0x7f0000000000; address < 0x7f0000000000 + 4096; address += 16)
    CHECK(ms_tracked_blocks_add(address));
  for (uintptr_t address = 0x7f0000000000; address < 0x7f0000000000 + 4096; address += 8)
    CHECK(ms_tracked_blocks_test(address) == (address % 16 == 0));
  ms_tracked_blocks_clear(0x7f0000000010);
  CHECK(!ms_tracked_blocks_test(0x7f0000000010) && ms_tracked_blocks_test(0x7f0000000020));
}

static void edges_of_regions_and_of_the_address_space(void) {
  const uintptr_t region = (uintptr_t)1 << MS_REGION_SHIFT;
  const uintptr_t edges[] = {0, 8, region - 8, region, 2 * region - 8, ((uintptr_t)1 << MS_ADDRESS_BITS) - 8};
  for (size_t i = 0; i < sizeof edges / sizeof edges[0]; i++) {
    CHECK(!ms_tracked_blocks_test(edges[i]));
    CHECK(ms_tracked_blocks_add(edges[i]));
    CHECK(ms_tracked_blocks_test(edges[i]));
  }
  const uintptr_t beyond[] = {(uintptr_t)1 << MS_ADDRESS_BITS, UINTPTR_MAX - 7};
  for (size_t i = 0; i < sizeof beyond / sizeof beyond[0]; i++) {
    CHECK(!ms_tracked_blocks_add(beyond[i]));
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
  edges_of_regions_and_of_the_address_space();
  a_reset_forgets_all();
  return 0;
}
