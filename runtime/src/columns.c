/* SPDX-License-Identifier: Apache-2.0
 *
 * columns.c: one pass over the records. What an event has in a column is stored as eight bytes, and the column's end
 * moves on by as many as count, so that widths, which nobody can foresee, are no branches.
 */
#include "columns.h"

#include <string.h>

#include "atomics.h"
#include "varint.h"

static inline uint64_t load(const uint8_t *at) {
  uint64_t number;
  memcpy(&number, at, sizeof number);
  return number;
}

static inline void put(uint8_t **end, uint64_t bytes, unsigned count) {
  memcpy(*end, &bytes, sizeof bytes);
  *end += count;
}

/* The two lowest bytes, for a column and the one behind it, which has as many. */
static inline void put_pair(uint8_t **end, uint64_t bytes, unsigned count) {
  (*end)[0] = (uint8_t)bytes;
  (*end)[MS_COLUMNS_ROOM] = (uint8_t)(bytes >> 8);
  *end += count;
}

static const uint8_t *get_varint(const uint8_t *at, uint64_t *number) {
  *number = 0;
  for (unsigned shift = 0;; shift += 7) {
    *number |= (uint64_t)(*at & 0x7f) << shift;
    if ((*at++ & 0x80) == 0)
      return at;
  }
}

/* Moves a stack's definition, with the two ids in it as differences: they count up, and zstd does not see that. It does
 * not become longer, since a stack refers to the one before it (recorder.c, define_stack). @return the record's end. */
static const uint8_t *sort_stack(uint8_t **end, const uint8_t *at, uint64_t *stack_before) {
  uint64_t length, id, site, reference;
  at = get_varint(at, &length);
  const uint8_t *record_end = at + length;
  at = get_varint(at, &id);
  const uint8_t flags = *at++;
  at = get_varint(at, &site);
  at = get_varint(at, &reference);
  const size_t rest = (size_t)(record_end - at);
  uint8_t *to = ms_varint_put(*end, rest);
  to = ms_varint_put(to, id - *stack_before);
  *to++ = flags;
  to = ms_varint_put(to, site);
  to = ms_varint_put(to, reference != 0 ? id - reference : 0);
  memcpy(to, at, rest);
  *end = to + rest;
  *stack_before = id;
  return record_end;
}

/* Moves what follows a control record's tag. @return the record's end. */
static const uint8_t *sort_control(uint8_t **end, uint8_t tag, const uint8_t *at, uint64_t *stack_before) {
  const uint8_t *begin = at;
  uint64_t length = 0;
  switch (tag >> 2) {
  case MS_CONTROL_STACK:
    return sort_stack(end, at, stack_before);
  case MS_CONTROL_REALLOC:
    break;
  case MS_CONTROL_ALIGNED:
    length = 1;
    break;
  case MS_CONTROL_WEIGHT:
    length = 8;
    break;
  default:
    at = get_varint(at, &length);
  }
  at += length;
  memcpy(*end, begin, (size_t)(at - begin));
  *end += at - begin;
  return at;
}

/* A size of more than eight bytes, which no allocator gives out, but a program may claim by hand. */
static MS_COLD const uint8_t *sort_claimed_size(uint8_t **end, const uint8_t *at) {
  put(&end[MS_COLUMN_SIZE_LOW], *at, 1);
  do
    put(&end[MS_COLUMN_SIZE_HIGH], *++at, 1);
  while (*at & 0x80);
  return at + 1;
}

/* Moves a size if there is one. @return its end. */
static inline const uint8_t *sort_size(uint8_t **end, const uint8_t *at, unsigned has_size) {
  const uint64_t size = load(at), last = ~size & 0x8080808080808080u; /* the bytes that end a varint */
  if (ms_unlikely(has_size && last == 0))
    return sort_claimed_size(end, at);
  const unsigned bytes = has_size ? ((unsigned)__builtin_ctzll(last | 1ull << 63) >> 3) + 1 : 0;
  put(&end[MS_COLUMN_SIZE_LOW], size, has_size);
  put(&end[MS_COLUMN_SIZE_HIGH], size >> 8, bytes - has_size);
  return at + bytes;
}

uint32_t ms_columns_sort(struct ms_columns *columns, const uint8_t *records, uint32_t bytes, uint64_t base_address) {
  static const uint8_t time_widths[4] = MS_TIME_WIDTHS, address_widths[4] = MS_ADDRESS_WIDTHS,
                       stack_widths[4] = MS_STACK_WIDTHS;
  /* By the record's code: in the columns an address has two bytes at least, and another code. */
  static const uint8_t column_codes[4] = {MS_COLUMN_ADDRESS_2, MS_COLUMN_ADDRESS_2, MS_COLUMN_ADDRESS_4,
                                          MS_COLUMN_ADDRESS_ABSOLUTE};
  static const uint8_t high_widths[4] = {0, 0, 2, 6};
  uint8_t *end[MS_COLUMNS];
  for (unsigned i = 0; i < MS_COLUMNS; i++)
    end[i] = columns->column[i];
  memset(columns->newest, 0, sizeof columns->newest);

  uint64_t address = base_address, stack_before = 0;
  unsigned event = 0;
  for (const uint8_t *at = records; at < records + bytes;) {
    const uint8_t tag = *at++;
    const unsigned class = tag & MS_TAG_CLASS_MASK;
    if (ms_unlikely(class == MS_RECORD_CONTROL)) {
      *end[MS_COLUMN_TAG]++ = tag;
      at = sort_control(&end[MS_COLUMN_OTHER], tag, at, &stack_before);
      continue;
    }
    const unsigned width = time_widths[tag >> MS_TAG_TIME_SHIFT & 3];
    const uint64_t time = load(at);
    at += width;
    columns->column[MS_COLUMN_TIME_LOW][event] = (uint8_t)time;
    put(&end[MS_COLUMN_TIME_HIGH], time >> 8, width - 1);

    const unsigned code = tag >> MS_TAG_ADDRESS_SHIFT & 3, address_width = address_widths[code];
    const uint64_t number = load(at) & ~0ull >> (64 - 8 * address_width);
    at += address_width;
    const uint64_t delta = (number >> 1) ^ (0 - (number & 1));
    address = code == MS_ADDRESS_ABSOLUTE ? number : address + 8 * delta;

    const unsigned stack_width = stack_widths[tag >> MS_TAG_STACK_SHIFT];
    const uint64_t stack = load(at);
    at += stack_width;
    columns->column[MS_COLUMN_STACK_LOW][event] = (uint8_t)stack;
    put(&end[MS_COLUMN_STACK_HIGH], stack >> 8, stack_width - 1);
    at = sort_size(end, at, class == MS_RECORD_ALLOC);

    uint16_t *newest = &columns->newest[(address >> 3) * 0x9e3779b97f4a7c15u >> (64 - MS_COLUMNS_INDEX_BITS)];
    const unsigned before = *newest;
    columns->addresses[++event] = address;
    *newest = (uint16_t)event;
    const unsigned known = before != 0 && columns->addresses[before] == address;
    put_pair(&end[class == MS_RECORD_FREE ? MS_COLUMN_FREE_BACK_LOW : MS_COLUMN_ALLOC_BACK_LOW], event - before, known);
    put_pair(&end[MS_COLUMN_ADDRESS_LOW], number, known ^ 1);
    put(&end[MS_COLUMN_ADDRESS_HIGH], number >> 16, known ? 0 : high_widths[code]);
    const unsigned column_code = known ? MS_COLUMN_ADDRESS_BACK : column_codes[code];
    *end[MS_COLUMN_TAG]++ = (uint8_t)((tag & ~(3u << MS_TAG_ADDRESS_SHIFT)) | column_code << MS_TAG_ADDRESS_SHIFT);
  }

  for (unsigned i = 0; i < MS_COLUMNS; i++)
    columns->bytes[i] = (uint32_t)(end[i] - columns->column[i]);
  columns->bytes[MS_COLUMN_TIME_LOW] = columns->bytes[MS_COLUMN_STACK_LOW] = event;
  columns->bytes[MS_COLUMN_ALLOC_BACK_HIGH] = columns->bytes[MS_COLUMN_ALLOC_BACK_LOW];
  columns->bytes[MS_COLUMN_FREE_BACK_HIGH] = columns->bytes[MS_COLUMN_FREE_BACK_LOW];
  columns->bytes[MS_COLUMN_ADDRESS_MIDDLE] = columns->bytes[MS_COLUMN_ADDRESS_LOW];
  uint32_t total = 0;
  for (unsigned i = 0; i < MS_COLUMNS; i++)
    total += columns->bytes[i];
  return total;
}
