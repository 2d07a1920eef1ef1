/* SPDX-License-Identifier: Apache-2.0
 *
 * columns_test.c: what the runtime sorts into columns the exporter puts together again, byte for byte: random blocks of
 * every kind of record and every width of a field, seeded. And no frame, however it is changed, makes the exporter
 * write or read where it must not (run with sanitizers).
 */
#include <stdlib.h>
#include <string.h>
#include <zstd.h>

#include "check.h"
#include "columns.h"
#include "encoder.h"
#include "read/compressed.h"

static uint64_t state = 20;
static uint64_t next_random(void) {
  state ^= state << 13, state ^= state >> 7, state ^= state << 17;
  return state;
}
static uint64_t below(uint64_t limit) { return next_random() % limit; }

/* Of random width, so that small and large ones are equally frequent. */
static uint64_t wide(unsigned bits) { return next_random() >> (64 - bits) >> below(bits); }

static uint64_t random_address(const uint64_t *earlier, size_t count, uint64_t last) {
  switch (below(6)) {
  case 0:
    return earlier[below(count)];
  case 1:
    return last + 16;
  case 2:
    return last + (wide(40) << 3);
  case 3:
    return last - (wide(20) << 3);
  case 4:
    return last + below(8);
  default:
    return wide(63);
  }
}

static void put_framed(struct ms_window *window) {
  static uint64_t stack;
  uint8_t *at = window->at, head[64], *end = head;
  unsigned kind = MS_CONTROL_FRAMED + (unsigned)below(20), length = (unsigned)below(200);
  if (kind == MS_CONTROL_STACK) { /* refers to the one before it, as the recorder's do, or to none */
    end = ms_varint_put(end, ++stack);
    *end++ = (uint8_t)next_random();
    end = ms_varint_put(end, wide(32));
    end = ms_varint_put(end, below(2) * (stack - 1));
  }
  *at++ = MS_CONTROL_TAG(kind);
  at = ms_varint_put(at, length + (uint64_t)(end - head));
  memcpy(at, head, (size_t)(end - head));
  at += end - head;
  for (unsigned i = 0; i < length; i++)
    *at++ = (uint8_t)next_random();
  ms_window_publish(window, at, 0);
}

/* Fills the tail of a window, as far as it goes, or only a little. */
static void fill(struct ms_window *window, struct ms_encoder *encoder) {
  uint64_t earlier[64] = {0};
  uint32_t limit = below(4) == 0 ? (uint32_t)below(300) : MS_WINDOW_PAYLOAD_BYTES;
  ms_window_block(window)->base_address = encoder->last_address;
  window->at = ms_window_payload(window);
  ms_window_publish(window, window->at, 0);
  for (unsigned i = 0; ms_window_used(window) + 512 < limit; i++) {
    uint64_t ticks = encoder->last_ticks + (below(30) == 0 ? wide(50) : wide(9));
    uint64_t address = random_address(earlier, 64, encoder->last_address);
    struct ms_allocation event = {.ticks = ticks,
                                  .address = earlier[below(64)] = address,
                                  .size = below(40) == 0 ? UINT64_MAX >> below(9) : wide(24),
                                  .stack = (uint32_t)wide(32),
                                  .alignment_log2 = below(20) == 0 ? (uint32_t)below(20) : 0,
                                  .same_size = below(2) == 0,
                                  .weight = below(20) == 0 ? 2.5 : 1};
    switch (below(40)) {
    case 2:
    case 0:
      put_framed(window);
      break;
    case 1:
      ms_encoder_realloc(encoder, window, ticks, address, 0, &event);
      break;
    default:
      if (below(2) == 0)
        ms_encoder_allocation(encoder, window, &event);
      else
        ms_encoder_free(encoder, window, ticks, address, event.stack);
    }
  }
}

int main(void) {
  static uint8_t memory[MS_WINDOW_MAPPED_BYTES], content[2 * MS_WINDOW_TAIL_BYTES], frame[2 * MS_WINDOW_TAIL_BYTES],
      records[MS_WINDOW_TAIL_BYTES];
  static struct ms_columns columns;
  struct ms_window window = {.memory = memory};
  struct ms_encoder encoder = {0};
  unsigned refused = 0, others = 0;
  for (int round = 0; round < 400; round++) {
    fill(&window, &encoder);
    uint32_t bytes = ms_window_used(&window);
    uint64_t base = ms_window_block(&window)->base_address;
    uint32_t total = ms_columns_sort(&columns, ms_window_payload(&window), bytes, base);
    memcpy(content, columns.bytes, sizeof columns.bytes);
    uint8_t *end = content + sizeof columns.bytes;
    for (unsigned i = 0; i < MS_COLUMNS; end += columns.bytes[i++])
      memcpy(end, columns.column[i], columns.bytes[i]);
    CHECK((size_t)(end - content) == sizeof columns.bytes + total);
    size_t frame_bytes = ZSTD_compress(frame, sizeof frame, content, (size_t)(end - content), 1);
    CHECK(!ZSTD_isError(frame_bytes));
    memset(records, 0xee, sizeof records);
    const char *reason = ms_compressed_decode(frame, frame_bytes, base, records, bytes);
    if (reason != NULL)
      fprintf(stderr, "round %d: %s\n", round, reason);
    CHECK(reason == NULL);
    CHECK(memcmp(records, ms_window_payload(&window), bytes) == 0);
    CHECK(records[bytes] == 0xee);

    CHECK(ms_compressed_decode(frame, frame_bytes / 2, base, records, bytes) != NULL);
    CHECK(bytes == 0 || ms_compressed_decode(frame, frame_bytes, base, records, bytes - 1) != NULL);
    CHECK(ms_compressed_decode(frame, frame_bytes, base, records, bytes + 1) != NULL);
    for (int change = 0; bytes > 0 && change < 5; change++) { /* behind zstd's back, so that the columns are hostile */
      uint8_t *place = content + below(change == 0 ? sizeof columns.bytes : (uint64_t)(end - content));
      uint8_t bit = (uint8_t)(1u << below(8));
      *place ^= bit;
      frame_bytes = ZSTD_compress(frame, sizeof frame, content, (size_t)(end - content), 1);
      reason = ms_compressed_decode(frame, frame_bytes, base, records, bytes);
      refused += reason != NULL;
      others += reason == NULL;
      *place ^= bit;
    }
  }
  printf("%u changed frames refused, %u of the right size\n", refused, others);
  CHECK(refused > 100 && others > 100);
  return 0;
}
