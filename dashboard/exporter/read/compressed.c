/* SPDX-License-Identifier: Apache-2.0
 *
 * compressed.c: frame to columns, columns to records. Every byte is taken through a cursor over its column and put
 * only where there is room, so that a hostile frame costs no more than its block.
 */
#include "read/compressed.h"

#include "read/cursor.h"
#include "support/memory.h"

#include <stdbool.h>
#include <stdlib.h>
#include <zstd.h>

#define TABLE_BYTES (MS_COLUMNS * sizeof(uint32_t))
#define SMALLEST_EVENT_BYTES 4u /* tag, and a byte each of time, address and stack */

struct unpacking {
  struct ms_cursor columns[MS_COLUMNS];
  uint8_t *at, *end;   /* where the next record goes, and where the last one ends */
  uint64_t *addresses; /* of the events so far; room for all that the records can hold */
  size_t events;
  uint64_t address;      /* of the event before */
  uint64_t stack_before; /* id of the last definition */
};

static bool put(struct unpacking *unpacking, const void *bytes, size_t count) {
  if (bytes == NULL || (size_t)(unpacking->end - unpacking->at) < count)
    return false;
  memcpy(unpacking->at, bytes, count);
  unpacking->at += count;
  return true;
}

static bool put_number(struct unpacking *unpacking, uint64_t number, size_t width) {
  number = htole64(number);
  return put(unpacking, &number, width);
}

/* A number whose lowest byte and whose others stand in two columns. */
static uint64_t take(struct unpacking *unpacking, enum ms_column low, size_t width) {
  struct ms_cursor *columns = unpacking->columns;
  uint64_t number = ms_cursor_u8(&columns[low]);
  return width == 1 ? number : number | ms_cursor_number(&columns[low + 1], width - 1) << 8;
}

/* ---- events ---- */

static bool take_address(struct unpacking *unpacking, unsigned code, bool frees, uint64_t *address) {
  if (code == MS_COLUMN_ADDRESS_BACK) {
    uint64_t back = take(unpacking, frees ? MS_COLUMN_FREE_BACK_LOW : MS_COLUMN_ALLOC_BACK_LOW, 2);
    if (back == 0 || back > unpacking->events)
      return false;
    *address = unpacking->addresses[unpacking->events - back];
    return true;
  }
  uint64_t number = take(unpacking, MS_COLUMN_ADDRESS_LOW, 2);
  size_t others = code == MS_COLUMN_ADDRESS_2 ? 0 : code == MS_COLUMN_ADDRESS_4 ? 2 : 6;
  if (others > 0)
    number |= ms_cursor_number(&unpacking->columns[MS_COLUMN_ADDRESS_HIGH], others) << 16;
  *address = code == MS_COLUMN_ADDRESS_ABSOLUTE ? number : unpacking->address + 8 * ms_cursor_unzigzag(number);
  return true;
}

/* The shortest form of an address in a record: its code, and *number with what stands there. */
static unsigned address_form(uint64_t address, uint64_t before, uint64_t *number) {
  int64_t units = (int64_t)(address - before) >> 3;
  *number = (uint64_t)units << 1 ^ (uint64_t)(units >> 63);
  if (((address - before) & 7) == 0 && *number <= UINT32_MAX)
    return *number <= UINT8_MAX ? 0 : *number <= UINT16_MAX ? 1 : 2;
  *number = address;
  return MS_ADDRESS_ABSOLUTE;
}

static bool put_size(struct unpacking *unpacking) {
  uint8_t byte = ms_cursor_u8(&unpacking->columns[MS_COLUMN_SIZE_LOW]);
  while (put(unpacking, &byte, 1)) {
    if ((byte & 0x80) == 0)
      return true;
    byte = ms_cursor_u8(&unpacking->columns[MS_COLUMN_SIZE_HIGH]);
  }
  return false;
}

static bool put_event(struct unpacking *unpacking, uint8_t tag) {
  static const uint8_t time_widths[4] = MS_TIME_WIDTHS, address_widths[4] = MS_ADDRESS_WIDTHS,
                       stack_widths[4] = MS_STACK_WIDTHS;
  const unsigned address_mask = 3u << MS_TAG_ADDRESS_SHIFT;
  unsigned class = tag & MS_TAG_CLASS_MASK;
  uint64_t address, number;
  if (!take_address(unpacking, (tag & address_mask) >> MS_TAG_ADDRESS_SHIFT, class == MS_RECORD_FREE, &address))
    return false;
  unsigned form = address_form(address, unpacking->address, &number);
  size_t time_width = time_widths[tag >> MS_TAG_TIME_SHIFT & 3], stack_width = stack_widths[tag >> MS_TAG_STACK_SHIFT];
  if (!put_number(unpacking, (tag & ~address_mask) | form << MS_TAG_ADDRESS_SHIFT, 1) ||
      !put_number(unpacking, take(unpacking, MS_COLUMN_TIME_LOW, time_width), time_width) ||
      !put_number(unpacking, number, address_widths[form]) ||
      !put_number(unpacking, take(unpacking, MS_COLUMN_STACK_LOW, stack_width), stack_width))
    return false;
  unpacking->addresses[unpacking->events++] = unpacking->address = address;
  return class != MS_RECORD_ALLOC || put_size(unpacking);
}

/* ---- other records ---- */

/* The length of a framed record, as it stands and as a number. */
static bool put_length(struct unpacking *unpacking, uint64_t *length) {
  struct ms_cursor *other = &unpacking->columns[MS_COLUMN_OTHER];
  const uint8_t *begin = other->at;
  *length = ms_cursor_varint(other);
  return !other->failed && put(unpacking, begin, (size_t)(other->at - begin));
}

static size_t varint_bytes(uint64_t number) {
  size_t bytes = 1;
  for (; number >= 0x80; number >>= 7)
    bytes++;
  return bytes;
}

static bool put_varint(struct unpacking *unpacking, uint64_t number) {
  for (; number >= 0x80; number >>= 7)
    if (!put_number(unpacking, number | 0x80, 1))
      return false;
  return put_number(unpacking, number, 1);
}

/* A stack's definition, whose ids stand as differences. */
static bool put_stack(struct unpacking *unpacking) {
  struct ms_cursor *other = &unpacking->columns[MS_COLUMN_OTHER];
  uint64_t rest_bytes = ms_cursor_varint(other), id = unpacking->stack_before + ms_cursor_varint(other);
  uint8_t flags = ms_cursor_u8(other);
  uint64_t site = ms_cursor_varint(other), distance = ms_cursor_varint(other);
  uint64_t reference = distance == 0 ? 0 : id - distance;
  if (other->failed || rest_bytes > ms_cursor_left(other))
    return false;
  unpacking->stack_before = id;
  uint64_t bytes = varint_bytes(id) + 1 + varint_bytes(site) + varint_bytes(reference) + rest_bytes;
  return put_varint(unpacking, bytes) && put_varint(unpacking, id) && put_number(unpacking, flags, 1) &&
         put_varint(unpacking, site) && put_varint(unpacking, reference) &&
         put(unpacking, ms_cursor_bytes(other, (size_t)rest_bytes), (size_t)rest_bytes);
}

static bool put_control(struct unpacking *unpacking, uint8_t tag) {
  uint64_t length;
  if (!put(unpacking, &tag, 1))
    return false;
  switch (tag >> 2) {
  case MS_CONTROL_REALLOC:
    return true;
  case MS_CONTROL_STACK:
    return put_stack(unpacking);
  case MS_CONTROL_ALIGNED:
    length = 1;
    break;
  case MS_CONTROL_WEIGHT:
    length = 8;
    break;
  default:
    if (tag >> 2 < MS_CONTROL_FRAMED || !put_length(unpacking, &length) || length > MS_BLOCK_DECODED_MAX)
      return false;
  }
  return put(unpacking, ms_cursor_bytes(&unpacking->columns[MS_COLUMN_OTHER], (size_t)length), (size_t)length);
}

/* ---- columns and frame ---- */

static bool find_columns(struct unpacking *unpacking, const uint8_t *content, size_t bytes) {
  struct ms_cursor table = ms_cursor_over(content, bytes), rest = table;
  ms_cursor_bytes(&rest, TABLE_BYTES);
  for (size_t i = 0; i < MS_COLUMNS; i++) {
    size_t length = ms_cursor_u32(&table);
    const uint8_t *column = ms_cursor_bytes(&rest, length);
    if (column == NULL)
      return false;
    unpacking->columns[i] = ms_cursor_over(column, length);
  }
  return ms_cursor_left(&rest) == 0;
}

static bool put_records(struct unpacking *unpacking) {
  struct ms_cursor *tags = &unpacking->columns[MS_COLUMN_TAG];
  while (ms_cursor_left(tags) > 0) {
    uint8_t tag = ms_cursor_u8(tags);
    bool good =
        (tag & MS_TAG_CLASS_MASK) == MS_RECORD_CONTROL ? put_control(unpacking, tag) : put_event(unpacking, tag);
    if (!good)
      return false;
  }
  for (size_t i = 0; i < MS_COLUMNS; i++)
    if (unpacking->columns[i].failed || ms_cursor_left(&unpacking->columns[i]) > 0)
      return false;
  return unpacking->at == unpacking->end;
}

const char *ms_compressed_decode(const void *frame, size_t frame_bytes, uint64_t base_address, uint8_t *records,
                                 uint32_t record_bytes) {
  /* An address of one byte has two in its columns; nothing else becomes longer there. */
  size_t bound = TABLE_BYTES + 2 * (size_t)record_bytes;
  uint8_t *content = ms_memory_new(bound, 1);
  size_t bytes = ZSTD_decompress(content, bound, frame, frame_bytes);
  const char *reason = NULL;
  if (ZSTD_isError(bytes)) {
    reason = ZSTD_getErrorName(bytes);
  } else {
    struct unpacking unpacking = {.at = records, .end = records + record_bytes, .address = base_address};
    unpacking.addresses = ms_memory_new(record_bytes / SMALLEST_EVENT_BYTES + 1, sizeof *unpacking.addresses);
    if (!find_columns(&unpacking, content, bytes) || !put_records(&unpacking))
      reason = "its columns do not make records";
    free(unpacking.addresses);
  }
  free(content);
  return reason;
}
