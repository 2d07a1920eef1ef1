/* SPDX-License-Identifier: Apache-2.0
 *
 * encoder.h: turns events into the records of docs/trace-format.md; the only writer of them. Knows windows, not
 * threads. Thread: the window's owner.
 *
 * Fields have fixed widths chosen by two-bit codes, so that both encoding and decoding go without loops: a field is
 * stored as eight bytes and the cursor advances by its width. Cost of an event: about forty instructions, no branch
 * that depends on the values in an ordinary program. Guarded by bench/ (short, sizes).
 */
#ifndef MS_ENCODER_H
#define MS_ENCODER_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "varint.h"
#include "window.h"

/** What the next record is a difference to. One per window. */
struct ms_encoder {
  uint64_t last_ticks;
  uint64_t last_address;
};

/** One allocation as recorded. */
struct ms_allocation {
  uint64_t ticks;
  uint64_t address;
  uint64_t size;
  uint32_t stack;          /* id */
  uint32_t alignment_log2; /* 0: none asked for */
  bool same_size;          /* this stack's last size in this block was the same */
  double weight;           /* 1: recorded without sampling */
};

/* Prefixes (1 + 2 + 9) and two events. */
#define MS_ENCODER_EVENT_BYTES (16u + 2u * MS_EVENT_BYTES_MAX)

/** Makes sure that `bytes` fit, with another page or a flush if they do not. @return false when the window cannot take
 * more, or that many never. */
bool ms_encoder_room(struct ms_encoder *encoder, struct ms_window *window, uint32_t bytes);

/** Lets ordinary events begin without being asked for room, as far as they fit into the page. */
void ms_encoder_let_events(struct ms_window *window);

/** Returns whether an event fits. False says nothing: it is to be asked for with ms_encoder_room. */
static inline bool ms_encoder_has_room(const struct ms_window *window) { return window->at <= window->last; }

/** Records a framed control record. @return false when the window cannot take it. */
bool ms_encoder_control(struct ms_encoder *encoder, struct ms_window *window, enum ms_control kind, const void *payload,
                        uint32_t bytes);

/* ---- events ---- */

static inline uint8_t *ms_encoder_put(uint8_t *at, uint64_t value, unsigned width) {
  memcpy(at, &value, 8);
  return at + width;
}

/* Place of the highest bit of a value that is not 0. (63 ^ x is 63 - x, and one instruction with clz.) */
static inline unsigned ms_encoder_highest(uint64_t value) { return 63u ^ (unsigned)__builtin_clzll(value); }

/* By that place: the width that a field gets, and in the upper byte the tag's bits that say so. */
#define MS_ENCODER_FIELD(width, code, shift) ((width) | (code) << (8 + (shift)))
#define MS_ENCODER_8(field) field, field, field, field, field, field, field, field
#define MS_ENCODER_FIELDS(shift)                                                                                       \
  {                                                                                                                    \
    MS_ENCODER_8(MS_ENCODER_FIELD(1, 0, shift)), MS_ENCODER_8(MS_ENCODER_FIELD(2, 1, shift)),                          \
        MS_ENCODER_8(MS_ENCODER_FIELD(4, 2, shift)), MS_ENCODER_8(MS_ENCODER_FIELD(4, 2, shift)),                      \
        MS_ENCODER_8(MS_ENCODER_FIELD(8, 3, shift)), MS_ENCODER_8(MS_ENCODER_FIELD(8, 3, shift)),                      \
        MS_ENCODER_8(MS_ENCODER_FIELD(8, 3, shift)), MS_ENCODER_8(MS_ENCODER_FIELD(8, 3, shift))                       \
  }
static const uint16_t ms_encoder_time[64] = MS_ENCODER_FIELDS(MS_TAG_TIME_SHIFT);
static const uint16_t ms_encoder_address[64] = MS_ENCODER_FIELDS(MS_TAG_ADDRESS_SHIFT);
static const uint16_t ms_encoder_stack[32] = {
    MS_ENCODER_8(MS_ENCODER_FIELD(1, 0, MS_TAG_STACK_SHIFT)), MS_ENCODER_8(MS_ENCODER_FIELD(2, 1, MS_TAG_STACK_SHIFT)),
    MS_ENCODER_8(MS_ENCODER_FIELD(3, 2, MS_TAG_STACK_SHIFT)), MS_ENCODER_8(MS_ENCODER_FIELD(4, 3, MS_TAG_STACK_SHIFT))};
#define MS_ENCODER_ABSOLUTE MS_ENCODER_FIELD(8, MS_ADDRESS_ABSOLUTE, MS_TAG_ADDRESS_SHIFT)

/* Writes tag, time, address and stack of an event. */
static inline __attribute__((always_inline)) uint8_t *ms_encoder_put_event(struct ms_encoder *encoder, uint8_t *at,
                                                                           unsigned class, uint64_t ticks,
                                                                           uint64_t address, uint32_t stack) {
  /* Time never runs backwards within a thread; a counter that did by a tick (migration) is held. */
  uint64_t time = ticks > encoder->last_ticks ? ticks - encoder->last_ticks : 0;
  unsigned time_field = ms_encoder_time[ms_encoder_highest(time | 1)];

  int64_t difference = (int64_t)(address - encoder->last_address);
  uint64_t delta = ms_zigzag(difference >> 3);
  unsigned address_field = ms_encoder_address[ms_encoder_highest(delta | 1)];
  if (ms_unlikely(address_field == MS_ENCODER_ABSOLUTE || (difference & 7) != 0)) {
    address_field = MS_ENCODER_ABSOLUTE;
    delta = address;
  }
  unsigned stack_field = ms_encoder_stack[ms_encoder_highest(stack | 1)];

  *at++ = (uint8_t)(class | (time_field + address_field + stack_field) >> 8);
  at = ms_encoder_put(at, time, time_field & 0xff);
  at = ms_encoder_put(at, delta, address_field & 0xff);
  at = ms_encoder_put(at, stack, stack_field & 0xff);
  encoder->last_ticks += time;
  encoder->last_address = address;
  return at;
}

/* A varint; two bytes do for most sizes, and whether it is one or two cannot be foreseen. */
static inline uint8_t *ms_encoder_put_size(uint8_t *at, uint64_t size) {
  if (ms_unlikely(size >= 1u << 14))
    return ms_varint_put(at, size);
  unsigned two = size > 0x7f;
  at[0] = (uint8_t)((size & 0x7f) | two << 7);
  at[1] = (uint8_t)(size >> 7);
  return at + 1 + two;
}

static inline __attribute__((always_inline)) uint8_t *ms_encoder_put_allocation(struct ms_encoder *encoder, uint8_t *at,
                                                                                const struct ms_allocation *event) {
  if (ms_unlikely(event->alignment_log2 != 0)) {
    *at++ = MS_CONTROL_TAG(MS_CONTROL_ALIGNED);
    *at++ = (uint8_t)event->alignment_log2;
  }
  if (ms_unlikely(event->weight != 1.0)) {
    *at++ = MS_CONTROL_TAG(MS_CONTROL_WEIGHT);
    memcpy(at, &event->weight, 8);
    at += 8;
  }
  unsigned class = event->same_size ? MS_RECORD_ALLOC_SAME : MS_RECORD_ALLOC;
  at = ms_encoder_put_event(encoder, at, class, event->ticks, event->address, event->stack);
  return event->same_size ? at : ms_encoder_put_size(at, event->size);
}

/** Records an allocation. Precondition: ms_encoder_has_room, or ms_encoder_room for MS_ENCODER_EVENT_BYTES. */
static inline __attribute__((always_inline)) void
ms_encoder_allocation(struct ms_encoder *encoder, struct ms_window *window, const struct ms_allocation *event) {
  ms_window_publish(window, ms_encoder_put_allocation(encoder, window->at, event), 1);
}

/** Records a free; `stack` may be 0. Same precondition. */
static inline void ms_encoder_free(struct ms_encoder *encoder, struct ms_window *window, uint64_t ticks,
                                   uint64_t address, uint32_t stack) {
  ms_window_publish(window, ms_encoder_put_event(encoder, window->at, MS_RECORD_FREE, ticks, address, stack), 1);
}

/** Records a successful realloc of a tracked block as one unit: free of `old_address` at `begin_ticks`, then `event`.
 * Same precondition. */
static inline void ms_encoder_realloc(struct ms_encoder *encoder, struct ms_window *window, uint64_t begin_ticks,
                                      uint64_t old_address, uint32_t free_stack, const struct ms_allocation *event) {
  uint8_t *at = window->at;
  *at++ = MS_CONTROL_TAG(MS_CONTROL_REALLOC);
  at = ms_encoder_put_event(encoder, at, MS_RECORD_FREE, begin_ticks, old_address, free_stack);
  ms_window_publish(window, ms_encoder_put_allocation(encoder, at, event), 2);
}

#endif
