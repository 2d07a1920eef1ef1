/* SPDX-License-Identifier: Apache-2.0
 *
 * verify.h: reads a thread file once from end to end before anything is computed from it.
 *
 * It names all damage (later passes read silently), collects the stack definitions, and counts the events: the count
 * that the replay's totals are checked against, the length of the run, and the total for the progress bar.
 */
#ifndef MEMSCOPE_EXPORTER_VERIFY_H
#define MEMSCOPE_EXPORTER_VERIFY_H

#include "read/stack_table.h"

struct ms_verified {
  uint64_t allocations, deallocations; /* events in the file */
  uint64_t first_ticks, last_ticks;    /* of everything timed; first > last: nothing was */
  uint64_t records;                    /* all records, events included */
  uint64_t block_bytes;                /* of blocks with their headers: what the events take on disk */
  bool has_start, has_end;
  struct ms_thread_counters start, end; /* the first THREAD_START, the last THREAD_END */
};

/** Verifies one thread file. Damage never stops it. */
void ms_verify_thread_file(const struct ms_trace_file *file, const struct ms_facts *facts, struct ms_stack_table *table,
                           ms_stack_ids *ids, struct ms_damage_list *damage, struct ms_verified *verified);

#endif
