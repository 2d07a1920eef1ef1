/* SPDX-License-Identifier: Apache-2.0
 *
 * window.c: creating, flushing and closing a thread's file. System calls and compression; none of it is on the ordinary
 * hot path.
 */
#include "window.h"

#include <errno.h>
#include <string.h>

#include "compressor.h"
#include "crc32c.h"
#include "os.h"
#include "run.h"

#define MS_PADDING_LENGTH_BYTES 2u

static void begin_block(struct ms_window *window) {
  struct ms_block_header *block = ms_window_block(window);
  /* Count to zero first: a kill in between leaves an empty tail, never old records under a new number. A kill comes
   * between two instructions, as a signal does: what stands before it has been done. */
  ms_store_relaxed((_Atomic uint32_t *)&block->payload_bytes, 0);
  ms_signal_fence();
  block->sequence = window->sequence;
  block->checksum = block->event_count = block->header_check = 0;
  block->magic = MS_BLOCK_MAGIC;
  window->at = ms_window_payload(window);
  window->page_end = window->memory + MS_WINDOW_HEAD_BYTES + MS_TAIL_PAGE_BYTES - MS_WINDOW_SLACK;
  window->last = NULL;
  window->events = 0;
}

int ms_window_open(struct ms_window *window, const char *path, const struct ms_thread_file *head) {
  memset(window, 0, sizeof *window);
  void *memory;
  int error = ms_os_create_mapped(path, MS_WINDOW_MAPPED_BYTES, &memory);
  if (error != 0)
    return error;
  window->memory = memory;
  window->shared = window->memory != NULL;
  if (!window->shared)
    window->memory = ms_os_map(MS_WINDOW_MAPPED_BYTES);
  if (!window->memory) {
    ms_os_remove(path);
    return -ENOMEM;
  }
  window->path = path;
  window->append_at = MS_WINDOW_MAPPED_BYTES;
  *ms_window_head(window) = *head;
  struct ms_thread_file *mapped = ms_window_head(window);
  mapped->tail_offset = MS_WINDOW_HEAD_BYTES;
  mapped->tail_bytes = MS_WINDOW_TAIL_BYTES;
  mapped->flags |= window->shared ? MS_THREAD_STAMPED : MS_THREAD_BUFFERED;
  if (!window->shared) {
    error = ms_os_write_at(path, mapped, sizeof *mapped, 0);
    if (error != 0) {
      ms_window_abandon(window);
      ms_os_remove(path);
      return error;
    }
  }
  begin_block(window);
  return 0;
}

/* Fills the window up to `end` with a record that means nothing. */
static void pad(struct ms_window *window, uint8_t *end) {
  uint8_t *at = window->at, *payload = at + 1 + MS_PADDING_LENGTH_BYTES;
  if (payload > end)
    return;
  size_t bytes = (size_t)(end - payload);
  at[0] = MS_CONTROL_TAG(MS_CONTROL_PADDING);
  at[1] = (uint8_t)(bytes | 0x80); /* a varint of two bytes, however small */
  at[2] = (uint8_t)(bytes >> 7);
  memset(payload, 0, bytes);
  ms_window_publish(window, end, 0);
}

bool ms_window_turn_page(struct ms_window *window) {
  uint8_t *page = window->page_end + MS_WINDOW_SLACK;
  if (page == window->memory + MS_WINDOW_MAPPED_BYTES)
    return false;
  pad(window, page);
  memset(page, 0, MS_TAIL_PAGE_BYTES); /* a page of zeros is in the caches then, too */
  page[0] = MS_CONTROL_TAG(MS_CONTROL_PAGE);
  page[1] = sizeof window->sequence;
  memcpy(page + 2, &window->sequence, sizeof window->sequence);
  window->page_end += MS_TAIL_PAGE_BYTES;
  window->last = NULL;
  ms_window_publish(window, page + MS_WINDOW_STAMP_BYTES, 0);
  return true;
}

/* Fills in what only a block on file has; the payload stands behind it. @return bytes of both. */
static size_t seal_block(struct ms_block_header *block, uint32_t events) {
  block->event_count = events;
  block->checksum = ms_crc32c(block + 1, block->payload_bytes);
  block->header_check = 0;
  block->header_check = ms_crc32c(block, sizeof *block);
  return sizeof *block + block->payload_bytes;
}

static int flush(struct ms_window *window) {
  if (window->stopped)
    return -ENOSPC;
  struct ms_block_header *block = ms_window_block(window);
  struct ms_compressed compressed;
  /* What becomes smaller is written from elsewhere: the tail stays what it is until the block is on file. */
  bool smaller = ms_compressor_try(ms_window_payload(window), ms_window_used(window), block->base_address, &compressed);
  if (smaller) {
    *compressed.block = *block;
    block = compressed.block;
    block->decoded_bytes = block->payload_bytes;
    block->payload_bytes = compressed.frame_bytes;
  } else if (window->shared) {
    /* As long as the tail, a block begins where a page of the file does: that is written in two thirds of the time. */
    pad(window, window->memory + MS_WINDOW_MAPPED_BYTES);
  }
  size_t bytes = seal_block(block, window->events);
  int error = ms_os_write_at(window->path, block, bytes, window->append_at);
  if (smaller)
    ms_compressor_give_back(&compressed);
  if (error != 0) {
    /* The tail keeps its records, so they are not lost; what came on file of the block is recognised as torn. */
    ms_window_stop(window);
    ms_run_complain(error);
    return error;
  }
  window->append_at += bytes;
  window->sequence++;
  begin_block(window);
  return 0;
}

/* A fork in a signal handler would leave the child to write the block, too. */
int ms_window_flush(struct ms_window *window) {
  uint64_t signals = ms_os_hold_signals();
  int error = flush(window);
  ms_os_release_signals(signals);
  return error;
}

void ms_window_part(struct ms_window *window) {
  ms_window_stop(window);
  /* Without memory for that one record of the parent's may be spoiled: better than a crash. */
  if (window->shared)
    (void)ms_os_make_private(window->memory, MS_WINDOW_MAPPED_BYTES);
}

void ms_window_close(struct ms_window *window) {
  if (!window->memory)
    return;
  if (!window->shared) {
    /* Write order: the tail becomes a block like any other, then the counters of the head. */
    if (ms_window_used(window) > 0 && ms_window_flush(window) != 0) {
      ms_window_head(window)->dropped_events += window->events;
      ms_window_head(window)->drop_reasons |= MS_DROP_WRITE_FAILED;
    }
    (void)ms_os_write_at(window->path, window->memory, sizeof(struct ms_thread_file), 0);
  }
  ms_window_abandon(window);
}

void ms_window_abandon(struct ms_window *window) {
  ms_os_unmap(window->memory, MS_WINDOW_MAPPED_BYTES);
  window->memory = NULL;
}
