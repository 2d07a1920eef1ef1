/* SPDX-License-Identifier: Apache-2.0
 *
 * encoder.c: fixed-width fields chosen by two-bit codes, so that both encoding and decoding go without loops: a field
 * is stored as eight bytes and the cursor advances by its width.
 */
#include "encoder.h"

#include <string.h>

#include "varint.h"

static const uint8_t time_widths[4] = MS_TIME_WIDTHS;
static const uint8_t address_widths[4] = MS_ADDRESS_WIDTHS;
static const uint8_t stack_widths[4] = MS_STACK_WIDTHS;

static inline uint8_t *put(uint8_t *at, uint64_t value, unsigned width) {
  memcpy(at, &value, 8);
  return at + width;
}

/* Writes tag, time, address and stack of an event. */
static inline uint8_t *put_event(struct ms_encoder *encoder, uint8_t *at, unsigned class, uint64_t ticks,
                                 uint64_t address, uint32_t stack) {
  /* Time never runs backwards within a thread; a counter that did by a tick (migration) is held. */
  uint64_t time = ticks > encoder->last_ticks ? ticks - encoder->last_ticks : 0;
  unsigned time_code = (time > 0xff) + (time > 0xffff) + (time > 0xffffffff);

  int64_t difference = (int64_t)(address - encoder->last_address);
  uint64_t delta = ms_zigzag(difference >> 3);
  unsigned address_code = (unsigned)(delta > 0xff) + (delta > 0xffff) + (delta > 0xffffffff);
  if (__builtin_expect(address_code == MS_ADDRESS_ABSOLUTE || (difference & 7) != 0, 0)) {
    address_code = MS_ADDRESS_ABSOLUTE;
    delta = address;
  }
  unsigned stack_code = (stack > 0xff) + (stack > 0xffff) + (stack > 0xffffff);

  *at = (uint8_t)(class | time_code << MS_TAG_TIME_SHIFT | address_code << MS_TAG_ADDRESS_SHIFT |
                  stack_code << MS_TAG_STACK_SHIFT);
  at = put(at + 1, time, time_widths[time_code]);
  at = put(at, delta, address_widths[address_code]);
  at = put(at, stack, stack_widths[stack_code]);
  encoder->last_ticks += time;
  encoder->last_address = address;
  return at;
}

static inline uint8_t *put_allocation(struct ms_encoder *encoder, uint8_t *at, const struct ms_allocation *event) {
  if (__builtin_expect(event->alignment_log2 != 0, 0)) {
    *at++ = MS_CONTROL_TAG(MS_CONTROL_ALIGNED);
    *at++ = (uint8_t)event->alignment_log2;
  }
  if (__builtin_expect(event->weight != 1.0, 0)) {
    *at++ = MS_CONTROL_TAG(MS_CONTROL_WEIGHT);
    memcpy(at, &event->weight, 8);
    at += 8;
  }
  unsigned class = event->same_size ? MS_RECORD_ALLOC_SAME : MS_RECORD_ALLOC;
  at = put_event(encoder, at, class, event->ticks, event->address, event->stack);
  return event->same_size ? at : ms_varint_put(at, event->size);
}

static uint8_t *cursor(struct ms_window *window) { return ms_window_payload(window) + window->used; }

static void begin_block(struct ms_encoder *encoder, struct ms_window *window) {
  ms_window_block(window)->base_ticks = encoder->last_ticks;
  ms_window_block(window)->base_address = encoder->last_address;
}

bool ms_encoder_room(struct ms_encoder *encoder, struct ms_window *window, uint32_t bytes) {
  if (ms_likely(window->used > 0 && ms_window_fits(window, bytes)))
    return !window->stopped;
  if (window->used > 0 && ms_window_flush(window) != 0)
    return false;
  begin_block(encoder, window);
  return bytes <= MS_WINDOW_PAYLOAD_BYTES && !window->stopped;
}

void ms_encoder_allocation(struct ms_encoder *encoder, struct ms_window *window, const struct ms_allocation *event) {
  ms_window_publish(window, put_allocation(encoder, cursor(window), event), 1);
}

void ms_encoder_free(struct ms_encoder *encoder, struct ms_window *window, uint64_t ticks, uint64_t address,
                     uint32_t stack) {
  ms_window_publish(window, put_event(encoder, cursor(window), MS_RECORD_FREE, ticks, address, stack), 1);
}

void ms_encoder_realloc(struct ms_encoder *encoder, struct ms_window *window, uint64_t begin_ticks,
                        uint64_t old_address, uint32_t free_stack, const struct ms_allocation *event) {
  uint8_t *at = cursor(window);
  *at++ = MS_CONTROL_TAG(MS_CONTROL_REALLOC);
  at = put_event(encoder, at, MS_RECORD_FREE, begin_ticks, old_address, free_stack);
  ms_window_publish(window, put_allocation(encoder, at, event), 2);
}

bool ms_encoder_control(struct ms_encoder *encoder, struct ms_window *window, enum ms_control kind, const void *payload,
                        uint32_t bytes) {
  if (!ms_encoder_room(encoder, window, bytes + 1 + MS_VARINT_MAX))
    return false;
  uint8_t *at = cursor(window);
  *at++ = MS_CONTROL_TAG(kind);
  at = ms_varint_put(at, bytes);
  memcpy(at, payload, bytes);
  ms_window_publish(window, at + bytes, 0);
  return true;
}
