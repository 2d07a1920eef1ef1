/* SPDX-License-Identifier: Apache-2.0
 *
 * merge_test.c: streams come out in time order, frees first at the same time, each stream in its own order.
 */
#include "check.h"
#include "merge/merge.h"
#include "support/crc32c.h"

#define HEADER sizeof(struct ms_block_header)

/* Events as a thread file's only block: class, ticks since the one before, address in units of 8. */
struct written {
  uint8_t class, ticks;
  int8_t step;
};

static void put(uint8_t *at, size_t width, uint64_t number) {
  for (size_t i = 0; i < width; i++)
    at[i] = (uint8_t)(number >> 8 * i);
}

static struct ms_stream stream_of(uint8_t *file, const struct written *events, size_t count, uint64_t base_ticks) {
  uint8_t *record = file + HEADER;
  for (size_t i = 0; i < count; i++) {
    *record++ = events[i].class; /* one byte each for time, address and stack */
    *record++ = events[i].ticks;
    *record++ = (uint8_t)(events[i].step * 2);
    *record++ = 0;
    if (events[i].class == MS_RECORD_ALLOC)
      *record++ = 16;
  }
  size_t payload = (size_t)(record - file) - HEADER;
  memset(file, 0, HEADER);
  put(file, 4, MS_BLOCK_MAGIC);
  put(file + 8, 4, payload);
  put(file + 12, 4, ms_crc32c(file + HEADER, payload));
  put(file + 16, 8, base_ticks);
  put(file + 32, 4, count);
  put(file + 36, 4, ms_crc32c(file, HEADER));
  return (struct ms_stream){.file = {.path = (char *)(uintptr_t) "memory", .bytes = file, .size = HEADER + payload}};
}

int main(void) {
  static uint8_t files[3][256];
  static const struct written first[] = {{MS_RECORD_ALLOC, 10, 1}, {MS_RECORD_FREE, 10, 0}, {MS_RECORD_ALLOC, 0, 1}};
  static const struct written second[] = {{MS_RECORD_ALLOC, 5, 10}, {MS_RECORD_ALLOC, 15, 1}, {MS_RECORD_FREE, 0, 0}};
  static const struct written third[] = {{MS_RECORD_FREE, 0, 20}};
  struct ms_run run = {.streams = {0}};
  ms_clock_calibrate(&run.clock, 0, 1000000000, NULL, NULL);
  ms_vec_push(&run.streams, stream_of(files[0], first, 3, 0));
  ms_vec_push(&run.streams, stream_of(files[1], second, 3, 0));
  ms_vec_push(&run.streams, stream_of(files[2], third, 1, 20));

  /* At 20 the streams offer: free, alloc, free. The second stream's free stands behind its own allocation. */
  static const struct {
    uint64_t ticks;
    uint32_t stream;
    enum ms_event_kind kind;
  } expected[] = {{5, 1, MS_EVENT_ALLOC},  {10, 0, MS_EVENT_ALLOC}, {20, 0, MS_EVENT_FREE}, {20, 2, MS_EVENT_FREE},
                  {20, 0, MS_EVENT_ALLOC}, {20, 1, MS_EVENT_ALLOC}, {20, 1, MS_EVENT_FREE}};
  struct ms_merge merge;
  struct ms_event event;
  ms_merge_start(&merge, &run);
  for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
    CHECK(ms_merge_next(&merge, &event));
    CHECK(event.time_ns == expected[i].ticks && event.stream == expected[i].stream && event.kind == expected[i].kind);
  }
  CHECK(!ms_merge_next(&merge, &event));
  ms_merge_free(&merge);
  ms_vec_free(&run.streams);
  return 0;
}
