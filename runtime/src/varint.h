/* SPDX-License-Identifier: Apache-2.0
 *
 * varint.h: LEB128 and zigzag, the two variable encodings of docs/trace-format.md. Pure functions.
 */
#ifndef MS_VARINT_H
#define MS_VARINT_H

#include <stdint.h>

#define MS_VARINT_MAX 10

/** Writes `value` at `at`, at most MS_VARINT_MAX bytes. @return the byte behind it. */
static inline uint8_t *ms_varint_put(uint8_t *at, uint64_t value) {
  while (value >= 0x80) {
    *at++ = (uint8_t)(value | 0x80);
    value >>= 7;
  }
  *at++ = (uint8_t)value;
  return at;
}

/** Folds the sign into the lowest bit, so that small differences of either sign stay small. */
static inline uint64_t ms_zigzag(int64_t value) { return ((uint64_t)value << 1) ^ (uint64_t)(value >> 63); }

#endif
