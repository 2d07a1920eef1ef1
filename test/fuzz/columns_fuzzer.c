/* SPDX-License-Identifier: Apache-2.0
 *
 * columns_fuzzer.c: a compressed block's frame. The first byte chooses what the rest is: a frame as it is; what is inside
 * one; or columns, whose table of lengths is made here (u16 each, the last column takes what is left), so that it fits.
 */
#include "read/compressed.h"
#include "support/memory.h"
#include "trace_input.h"

#include <stdlib.h>
#include <string.h>
#include <zstd.h>

#define ROOM (256u * 1024u)
enum shape { FRAME, CONTENT, COLUMNS, SHAPES };

static uint8_t content[ROOM], frame[2 * ROOM];

static size_t make_content(const uint8_t *bytes, size_t count) {
  const size_t table = MS_COLUMNS * sizeof(uint32_t);
  if (count < 2 * MS_COLUMNS || count > ROOM - table)
    return 0;
  size_t left = count - 2 * MS_COLUMNS;
  memcpy(content + table, bytes + 2 * MS_COLUMNS, left);
  for (size_t i = 0, rest = left; i < MS_COLUMNS; i++) {
    uint32_t length = (uint32_t)bytes[2 * i] | (uint32_t)bytes[2 * i + 1] << 8;
    if (length > rest || i + 1 == MS_COLUMNS)
      length = (uint32_t)rest;
    memcpy(content + i * sizeof length, &length, sizeof length);
    rest -= length;
  }
  return table + left;
}

int LLVMFuzzerTestOneInput(const uint8_t *input, size_t bytes) {
  struct {
    uint8_t shape, reserved;
    uint16_t record_bytes; /* MS_BLOCK_DECODED_MAX allows more, which makes only slower */
    uint32_t base_address;
  } head;
  if (bytes < sizeof head || bytes > ROOM)
    return 0;
  memcpy(&head, input, sizeof head);
  const uint8_t *rest = input + sizeof head;
  size_t left = bytes - sizeof head;
  if (head.shape % SHAPES == COLUMNS) {
    left = make_content(rest, left);
    rest = content;
  }
  if (head.shape % SHAPES != FRAME) {
    left = ZSTD_compress(frame, sizeof frame, rest, left, 1);
    MUST(!ZSTD_isError(left));
    rest = frame;
  }
  /* In memory of its own size, so that a byte beside it is seen. */
  uint8_t *room = ms_memory_new(head.record_bytes, 1);
  (void)ms_compressed_decode(rest, left, head.base_address, room, head.record_bytes);
  free(room);
  return 0;
}
