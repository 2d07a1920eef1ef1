/* SPDX-License-Identifier: Apache-2.0
 *
 * cursor.h: the bounds-checked way through bytes from a file. Every byte of a trace is read by these functions.
 *
 * A read beyond the end gives 0 and makes the cursor fail for good, so that a caller can decode a whole record and ask
 * once. Inline, since decoding events is the exporter's inner loop.
 */
#ifndef MEMSCOPE_EXPORTER_CURSOR_H
#define MEMSCOPE_EXPORTER_CURSOR_H

#include <endian.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct ms_cursor {
  const uint8_t *at, *end;
  bool failed;
};

static inline struct ms_cursor ms_cursor_over(const void *bytes, size_t length) {
  return (struct ms_cursor){.at = bytes, .end = (const uint8_t *)bytes + length};
}

static inline size_t ms_cursor_left(const struct ms_cursor *cursor) { return (size_t)(cursor->end - cursor->at); }

/** Returns `length` bytes and moves on; NULL where there are not that many. */
static inline const uint8_t *ms_cursor_bytes(struct ms_cursor *cursor, size_t length) {
  if (cursor->failed || ms_cursor_left(cursor) < length) {
    cursor->failed = true;
    cursor->at = cursor->end;
    return NULL;
  }
  const uint8_t *bytes = cursor->at;
  cursor->at += length;
  return bytes;
}

/** Returns a little-endian number of 1 to 8 bytes. */
static inline uint64_t ms_cursor_number(struct ms_cursor *cursor, size_t width) {
  uint64_t number = 0;
  if (ms_cursor_left(cursor) >= sizeof number) { /* the usual case: one load instead of a loop */
    memcpy(&number, cursor->at, sizeof number);
    cursor->at += width;
    return le64toh(number) & (UINT64_MAX >> (64 - 8 * width));
  }
  const uint8_t *bytes = ms_cursor_bytes(cursor, width);
  if (bytes != NULL)
    for (size_t i = width; i > 0; i--)
      number = number << 8 | bytes[i - 1];
  return number;
}

static inline uint8_t ms_cursor_u8(struct ms_cursor *cursor) { return (uint8_t)ms_cursor_number(cursor, 1); }
static inline uint16_t ms_cursor_u16(struct ms_cursor *cursor) { return (uint16_t)ms_cursor_number(cursor, 2); }
static inline uint32_t ms_cursor_u32(struct ms_cursor *cursor) { return (uint32_t)ms_cursor_number(cursor, 4); }
static inline uint64_t ms_cursor_u64(struct ms_cursor *cursor) { return ms_cursor_number(cursor, 8); }

static inline double ms_cursor_f64(struct ms_cursor *cursor) {
  uint64_t bits = ms_cursor_u64(cursor);
  double number;
  memcpy(&number, &bits, sizeof number);
  return number;
}

/** Returns a LEB128 number; fails where it has more than ten bytes or does not fit 64 bits. */
static inline uint64_t ms_cursor_varint(struct ms_cursor *cursor) {
  uint64_t number = 0;
  for (unsigned shift = 0; shift < 70; shift += 7) {
    uint8_t byte = ms_cursor_u8(cursor);
    if (shift == 63 && byte > 1)
      break;
    number |= (uint64_t)(byte & 0x7f) << shift;
    if ((byte & 0x80) == 0)
      return cursor->failed ? 0 : number;
  }
  cursor->failed = true;
  return 0;
}

/** Undoes the zigzag of a signed number; the result is its two's complement, ready for wrapping addition. */
static inline uint64_t ms_cursor_unzigzag(uint64_t number) { return (number >> 1) ^ (0 - (number & 1)); }

static inline uint64_t ms_cursor_zigzag(struct ms_cursor *cursor) {
  return ms_cursor_unzigzag(ms_cursor_varint(cursor));
}

/** Returns the bytes of a text (u32 length first) with *length set; NULL with *length 0 where it is cut. */
static inline const char *ms_cursor_text(struct ms_cursor *cursor, size_t *length) {
  *length = ms_cursor_u32(cursor);
  const uint8_t *bytes = ms_cursor_bytes(cursor, *length);
  if (bytes == NULL)
    *length = 0;
  return (const char *)bytes;
}

#endif
