/* SPDX-License-Identifier: Apache-2.0
 *
 * crc32c_test.c: the checksum is the one of its definition, bit by bit, for pieces of all lengths and places, before
 * and after it has prepared for long ones.
 */
#include "crc32c.h"

#include <string.h>

#include "check.h"

static uint32_t by_definition(const unsigned char *at, size_t bytes) {
  uint32_t crc = 0xffffffffu;
  for (; bytes > 0; at++, bytes--) {
    crc ^= *at;
    for (int bit = 0; bit < 8; bit++)
      crc = crc >> 1 ^ (crc & 1 ? 0x82f63b78u : 0);
  }
  return ~crc;
}

static void is_as_defined(void) {
  static unsigned char data[40000];
  unsigned random = 1;
  for (size_t i = 0; i < sizeof data; i++)
    data[i] = (unsigned char)((random = random * 1664525u + 1013904223u) >> 24);
  CHECK(ms_crc32c("123456789", 9) == 0xe3069283u);
  for (size_t bytes = 0; bytes < sizeof data - 16; bytes += 1 + bytes / 7)
    for (size_t from = 0; from < 16; from += 5)
      CHECK(ms_crc32c(data + from, bytes) == by_definition(data + from, bytes));
}

int main(void) {
  is_as_defined();
  ms_crc32c_start();
  is_as_defined();
  return 0;
}
