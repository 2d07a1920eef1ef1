/* SPDX-License-Identifier: Apache-2.0
 *
 * frequency.c: entries of 64 bytes up to the first unused one.
 */
#include "read/frequency.h"

bool ms_frequency_next(const struct ms_trace_file *file, uint64_t *at, struct ms_frequency *entry, bool *cut) {
  if (*at == 0)
    *at = file->header.header_bytes;
  uint64_t left = file->size - *at;
  *cut = left > 0 && left < sizeof *entry;
  if (left < sizeof *entry)
    return false;
  struct ms_cursor cursor = ms_cursor_over(file->bytes + *at, sizeof *entry);
  entry->site = ms_cursor_u32(&cursor);
  entry->reserved = ms_cursor_u32(&cursor);
  entry->calls = ms_cursor_u64(&cursor);
  entry->bytes = ms_cursor_u64(&cursor);
  entry->min_bytes = ms_cursor_u64(&cursor);
  entry->max_bytes = ms_cursor_u64(&cursor);
  entry->first_ticks = ms_cursor_u64(&cursor);
  entry->last_ticks = ms_cursor_u64(&cursor);
  entry->reserved2 = ms_cursor_u64(&cursor);
  *at += sizeof *entry;
  return entry->site != 0 || entry->calls != 0;
}
