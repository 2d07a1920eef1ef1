/* SPDX-License-Identifier: Apache-2.0
 *
 * frequency.h: exact counters per call site of one thread, in its .freq file, mapped shared and updated in place: right
 * at any moment, whatever the sampling, also after a kill.
 *
 * Thread: the owner only. Cost of a count: six loads and stores in one cache line, when the caller kept the slot.
 * Guarded by bench/ (short, mixed).
 */
#ifndef MS_FREQUENCY_H
#define MS_FREQUENCY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "atomics.h"
#include "memscope/trace_format.h"

#define MS_FREQUENCY_FIRST_INDEX 128u /* twice the sites that the file's first page holds */

struct ms_frequency_table {
  struct ms_frequency *entries; /* in the mapped file, behind its header; NULL: closed */
  uint32_t count, capacity;
  uint32_t *index; /* open addressing over sites: slot + 1, or 0 */
  uint32_t index_capacity;
  size_t mapped_bytes;
  const char *path; /* owned by the caller, outlives the table */
  uint32_t first_index[MS_FREQUENCY_FIRST_INDEX];
};

/** Creates the file. @return 0 or a negative errno; then the table is closed and counts nothing. */
int ms_frequency_open(struct ms_frequency_table *table, const char *path, const struct ms_file_header *head);
void ms_frequency_close(struct ms_frequency_table *table);

/** Counts in memory of its own from now on, and as many sites as fit: see ms_window_part. */
void ms_frequency_part(struct ms_frequency_table *table);

/** Returns the slot of a site, adding it; slots stay valid. UINT32_MAX where the file cannot grow. */
uint32_t ms_frequency_slot(struct ms_frequency_table *table, uint32_t site);

/** Counts one more call in an entry that has been counted before. */
static inline void ms_frequency_count_again(struct ms_frequency *entry, uint64_t bytes, uint64_t ticks) {
  entry->calls++;
  entry->bytes += bytes;
  if (ms_unlikely(bytes < entry->min_bytes))
    entry->min_bytes = bytes;
  if (ms_unlikely(bytes > entry->max_bytes))
    entry->max_bytes = bytes;
  entry->last_ticks = ticks;
}

/** Counts one call. Precondition: the table is open and the slot came from it. */
static inline void ms_frequency_count(struct ms_frequency_table *table, uint32_t slot, uint64_t bytes, uint64_t ticks) {
  struct ms_frequency *entry = &table->entries[slot];
  if (entry->calls == 0) {
    entry->first_ticks = ticks;
    entry->min_bytes = bytes;
  }
  ms_frequency_count_again(entry, bytes, ticks);
}

#endif
