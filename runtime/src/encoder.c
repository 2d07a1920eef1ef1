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
  if (bytes > MS_WINDOW_PAGE_PAYLOAD_BYTES || window->stopped)
    return false;
  if (ms_window_used(window) == 0)
    begin_block(encoder, window);
  if (ms_likely(ms_window_fits(window, bytes)) || ms_window_turn_page(window))
    return true;
  if (ms_window_flush(window) != 0)
    return false;
  begin_block(encoder, window);
  return true;
}

void ms_encoder_let_events(struct ms_window *window) { window->last = window->page_end - MS_EVENT_BYTES_MAX; }

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
