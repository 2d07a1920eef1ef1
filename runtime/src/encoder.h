/* SPDX-License-Identifier: Apache-2.0
 *
 * encoder.h: turns events into the records of docs/trace-format.md; the only writer of them. Knows windows, not
 * threads. Thread: the window's owner. Cost of an event: about ten stores of eight bytes, no branch that is not
 * predictable in a steady program. Guarded by bench/ (allocate-free, deep-stacks).
 */
#ifndef MS_ENCODER_H
#define MS_ENCODER_H

#include <stdbool.h>
#include <stdint.h>

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

/** Makes sure that `bytes` fit, flushing if they do not. @return false when the window cannot take more. */
bool ms_encoder_room(struct ms_encoder *encoder, struct ms_window *window, uint32_t bytes);

/** Records an allocation. Precondition: ms_encoder_room for MS_ENCODER_EVENT_BYTES. */
void ms_encoder_allocation(struct ms_encoder *encoder, struct ms_window *window, const struct ms_allocation *event);

/** Records a free; `stack` may be 0. Same precondition. */
void ms_encoder_free(struct ms_encoder *encoder, struct ms_window *window, uint64_t ticks, uint64_t address,
                     uint32_t stack);

/** Records a successful realloc of a tracked block as one unit: free of `old_address` at `begin_ticks`, then `event`.
 */
void ms_encoder_realloc(struct ms_encoder *encoder, struct ms_window *window, uint64_t begin_ticks,
                        uint64_t old_address, uint32_t free_stack, const struct ms_allocation *event);

/** Records a framed control record. @return false when the window cannot take it. */
bool ms_encoder_control(struct ms_encoder *encoder, struct ms_window *window, enum ms_control kind, const void *payload,
                        uint32_t bytes);

/* Prefixes (2 + 9), two events and the store overrun. */
#define MS_ENCODER_EVENT_BYTES (16u + 2u * MS_EVENT_BYTES_MAX + MS_WINDOW_SLACK)

#endif
