/* SPDX-License-Identifier: Apache-2.0
 *
 * encoder.c: room for records, and the records that are no events.
 */
#include "encoder.h"

static void begin_block(struct ms_encoder *encoder, struct ms_window *window) {
  ms_window_block(window)->base_ticks = encoder->last_ticks;
  ms_window_block(window)->base_address = encoder->last_address;
}

bool ms_encoder_room(struct ms_encoder *encoder, struct ms_window *window, uint32_t bytes) {
  bool empty = ms_window_used(window) == 0;
  if (ms_likely(!empty && ms_window_fits(window, bytes)))
    return !window->stopped;
  if (!empty && ms_window_flush(window) != 0)
    return false;
  begin_block(encoder, window);
  return bytes <= MS_WINDOW_PAYLOAD_BYTES && !window->stopped;
}

void ms_encoder_let_events(struct ms_window *window) {
  window->last = ms_window_payload(window) + MS_WINDOW_PAYLOAD_BYTES - MS_ENCODER_EVENT_BYTES;
}

bool ms_encoder_control(struct ms_encoder *encoder, struct ms_window *window, enum ms_control kind, const void *payload,
                        uint32_t bytes) {
  if (!ms_encoder_room(encoder, window, bytes + 1 + MS_VARINT_MAX))
    return false;
  uint8_t *at = window->at;
  *at++ = MS_CONTROL_TAG(kind);
  at = ms_varint_put(at, bytes);
  memcpy(at, payload, bytes);
  ms_window_publish(window, at + bytes, 0);
  return true;
}
