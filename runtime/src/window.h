/* SPDX-License-Identifier: Apache-2.0
 *
 * window.h: a thread's file and the mapped tail at its front, into which records go. Knows nothing of events: it hands
 * out room and publishes what was put there.
 *
 *     file:   | head 4096 | tail: block header 64, payload ... | block 0 | block 1 | ...
 *               mapped shared, once ------------------------->   appended, one write each
 *
 * What is stored in the tail is in the page cache at once: a kill loses nothing. A full tail is appended as a block,
 * compressed where that is asked for, and used again under the next sequence number; between those two steps the file
 * holds it twice, and a reader skips the repetition. A disk takes the tail page by page, and after a power cut has each
 * as it was at some time: so a page says which block it is of, is zeros behind its records, and has whole records only.
 * Where a file system has no shared mappings the window is plain memory, written when full and at the end.
 *
 * Thread: the owner only. Cost of a record: a compare with `last`, and the stores of publish; once per page the
 * clearing of the next; once per window a write(2). No lock, no allocation. Guarded by bench/ (short).
 */
#ifndef MS_WINDOW_H
#define MS_WINDOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "atomics.h"
#include "memscope/trace_format.h"

#define MS_WINDOW_HEAD_BYTES 4096u
/* Twice as much saves 0.3 ns per event in write calls, but the memory of a thread is to stay below 80 KiB. */
#define MS_WINDOW_TAIL_BYTES 32768u
#define MS_WINDOW_MAPPED_BYTES (MS_WINDOW_HEAD_BYTES + MS_WINDOW_TAIL_BYTES)
/* The encoder stores eight bytes at a time and may run over the end of a record by this much. */
#define MS_WINDOW_SLACK 16u
#define MS_WINDOW_PAYLOAD_BYTES (MS_WINDOW_TAIL_BYTES - (uint32_t)sizeof(struct ms_block_header) - MS_WINDOW_SLACK)

/* No record goes over the end of a page. Behind one there is room for the padding that ends the page. */
#define MS_WINDOW_STAMP_BYTES 6u
#define MS_WINDOW_PAGE_PAYLOAD_BYTES (MS_TAIL_PAGE_BYTES - MS_WINDOW_STAMP_BYTES - MS_WINDOW_SLACK)

struct ms_window {
  uint8_t *at;        /* where the next record goes */
  uint8_t *last;      /* up to here an event may begin without further questions; NULL: nowhere */
  uint8_t *page_end;  /* up to here this page takes records */
  uint8_t *memory;    /* head and tail; NULL while closed */
  uint32_t events;    /* in the payload */
  uint32_t sequence;  /* of the block being filled */
  bool shared;        /* mapped from the file */
  bool stopped;       /* a write failed: nothing more is taken */
  uint64_t append_at; /* file offset of the next block */
  const char *path;   /* owned by the caller, outlives the window */
};

/** Creates the file and its window. `head` is copied to the front. @return 0 or a negative errno (-EEXIST: the name is
 *  taken), with nothing left behind. */
int ms_window_open(struct ms_window *window, const char *path, const struct ms_thread_file *head);

/** Writes what is left and releases the window. */
void ms_window_close(struct ms_window *window);

/** Forgets the window without touching the file: the child of a fork, whose parent owns it. */
void ms_window_abandon(struct ms_window *window);

/** Makes what is still going into the window the child's own, and takes nothing more: in the child of a fork that has
 * interrupted the thread at work. */
void ms_window_part(struct ms_window *window);

/** Appends the full tail and begins the next block. @return 0, or a negative errno and the window is stopped. */
int ms_window_flush(struct ms_window *window);

/** Ends the page, and begins the next one. @return false where there is none: the tail is full. */
bool ms_window_turn_page(struct ms_window *window);

/** Takes nothing more. */
static inline void ms_window_stop(struct ms_window *window) {
  window->stopped = true;
  window->last = NULL;
}

/** Returns the head of the file, for its counters. */
static inline struct ms_thread_file *ms_window_head(struct ms_window *window) {
  return (struct ms_thread_file *)(void *)window->memory;
}

static inline struct ms_block_header *ms_window_block(struct ms_window *window) {
  return (struct ms_block_header *)(void *)(window->memory + MS_WINDOW_HEAD_BYTES);
}

static inline uint8_t *ms_window_payload(struct ms_window *window) {
  return window->memory + MS_WINDOW_HEAD_BYTES + sizeof(struct ms_block_header);
}

/** Returns the payload's size so far. */
static inline uint32_t ms_window_used(struct ms_window *window) {
  return (uint32_t)(window->at - ms_window_payload(window));
}

/** Returns whether `bytes` more fit into the page. */
static inline bool ms_window_fits(const struct ms_window *window, uint32_t bytes) {
  return window->at + bytes <= window->page_end;
}

/** Makes everything up to `end` part of the trace. */
static inline void ms_window_publish(struct ms_window *window, uint8_t *end, uint32_t events) {
  window->at = end;
  window->events += events;
  /* Whole records first, then their count; no partner in a thread: the other side is a reader after a kill, who must
   * never see the count without the bytes. On x86-64 a plain store. */
  ms_store_release((_Atomic uint32_t *)&ms_window_block(window)->payload_bytes, ms_window_used(window));
}

#endif
