/* SPDX-License-Identifier: Apache-2.0
 *
 * columns.h: a block's records sorted by what their bytes mean, as docs/trace-format.md says of compressed blocks, so
 * that a compressor finds like beside like. Knows records, not what is done with the columns. Pure: memory is the
 * caller's, any thread. Cost: 5 to 7 ns an event, most of it the wait for the length of one record before the next
 * begins.
 */
#ifndef MS_COLUMNS_H
#define MS_COLUMNS_H

#include <stdint.h>

#include "memscope/trace_format.h"
#include "window.h"

#define MS_COLUMNS_INDEX_BITS 13u
#define MS_COLUMNS_EVENTS (MS_WINDOW_PAYLOAD_BYTES / 4u) /* of four bytes at least */
/* Room for a column: what a block holds, and some lines of the cache more, since the columns grow side by side and at a
 * distance of a power of two would all be in each other's way. */
#define MS_COLUMNS_ROOM (MS_WINDOW_TAIL_BYTES + 5u * MS_CACHE_LINE)

/** What one block is sorted into; 570 KiB, of which a block touches 150. */
struct ms_columns {
  uint32_t bytes[MS_COLUMNS]; /* length of each column: the head of a frame */
  _Alignas(MS_CACHE_LINE) uint8_t column[MS_COLUMNS][MS_COLUMNS_ROOM];
  uint64_t addresses[MS_COLUMNS_EVENTS + 1];    /* of the events, from 1 */
  uint16_t newest[1u << MS_COLUMNS_INDEX_BITS]; /* by hash of an address: the last event that had it, or 0 */
};

/** Sorts the records of a block. Precondition: they are whole, as the encoder writes them, and MS_WINDOW_SLACK bytes
 *  behind them can be read. @return the length of all columns. */
uint32_t ms_columns_sort(struct ms_columns *columns, const uint8_t *records, uint32_t bytes, uint64_t base_address);

#endif
