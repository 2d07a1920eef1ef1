/* SPDX-License-Identifier: Apache-2.0
 *
 * verify.c: the order in which records may follow one another, as a table, and what must hold for each of them.
 */
#include "read/verify.h"

#include <inttypes.h>

/* Where we stand in the grammar "a realloc is FREE ALLOC in direct succession". */
enum state { ORDINARY, AFTER_REALLOC_FREE, STATES };

/* Column of the table: events that are half of a realloc are kinds of their own. */
enum column { ALLOC, REALLOC_ALLOC, FREE, REALLOC_FREE, OTHER, COLUMNS };

/* What may stand where; NULL is allowed. A STACK or another framed record may come between the two halves. */
static const char *const complaints[STATES][COLUMNS] = {
    [ORDINARY] = {[REALLOC_ALLOC] = "allocation of a realloc without its release"},
    [AFTER_REALLOC_FREE] = {[ALLOC] = "release of a realloc without its allocation",
                            [FREE] = "release of a realloc without its allocation",
                            [REALLOC_FREE] = "release of a realloc without its allocation"},
};

static enum column column_of(const struct ms_event *event) {
  if (event->kind == MS_EVENT_ALLOC)
    return event->realloc ? REALLOC_ALLOC : ALLOC;
  if (event->kind == MS_EVENT_FREE)
    return event->realloc ? REALLOC_FREE : FREE;
  return OTHER;
}

static enum state next_state(enum state state, enum column column) {
  return column == OTHER ? state : column == REALLOC_FREE ? AFTER_REALLOC_FREE : ORDINARY;
}

static void count(struct ms_verified *verified, const struct ms_event *event) {
  verified->records++;
  verified->allocations += event->kind == MS_EVENT_ALLOC;
  verified->deallocations += event->kind == MS_EVENT_FREE;
  if (event->ticks != 0 && event->ticks < verified->first_ticks)
    verified->first_ticks = event->ticks;
  if (event->ticks > verified->last_ticks)
    verified->last_ticks = event->ticks;
  if (event->kind == MS_EVENT_THREAD_START && !verified->has_start) {
    verified->has_start = true;
    verified->start = ms_event_counters(event);
  } else if (event->kind == MS_EVENT_THREAD_END) {
    verified->has_end = true;
    verified->end = ms_event_counters(event);
  }
}

void ms_verify_thread_file(const struct ms_trace_file *file, const struct ms_facts *facts, struct ms_stack_table *table,
                           ms_stack_ids *ids, struct ms_damage_list *damage, struct ms_verified *verified) {
  *verified = (struct ms_verified){.first_ticks = UINT64_MAX};
  struct ms_record_reader reader;
  struct ms_event event;
  enum state state = ORDINARY;
  uint64_t block_number = 0, in_block = 0, without_stack = 0, first_without_stack = 0;
  ms_record_reader_start(&reader, file, damage);
  while (ms_record_reader_next(&reader, &event)) {
    enum column column = column_of(&event);
    if (reader.block_number != block_number) {
      state = ORDINARY, block_number = reader.block_number, in_block = 0;
      verified->block_bytes += sizeof(struct ms_block_header) + reader.block.stored_bytes;
    }
    in_block += column != OTHER;
    const char *reason = complaints[state][column];
    state = next_state(state, column);
    if (event.kind == MS_EVENT_STACK)
      reason = ms_stack_table_define(table, facts, ids, &event);
    else if (column != OTHER && event.stack_id != 0 && ms_stack_ids_get(ids, event.stack_id) == 0 &&
             without_stack++ == 0)
      first_without_stack = event.offset;
    if (reason == NULL && column != OTHER && !reader.block.tail && in_block > reader.block.event_count)
      reason = "block holds more events than its header says";
    if (reason != NULL)
      ms_damage_add(damage, file->path, event.offset, 0, "%s", reason);
    count(verified, &event);
  }
  /* Stacks are lost with the block that defined them: one damage, however many events used them. */
  if (without_stack > 0)
    ms_damage_add(damage, file->path, first_without_stack, 0,
                  "%" PRIu64 " event%s refer%s to stacks that are not defined", without_stack,
                  without_stack == 1 ? "" : "s", without_stack == 1 ? "s" : "");
  ms_record_reader_free(&reader);
}
