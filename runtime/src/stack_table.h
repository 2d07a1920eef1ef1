/* SPDX-License-Identifier: Apache-2.0
 *
 * stack_table.h: a thread's interned call stacks: (site, flags, frames) to a dense id from 1. Open addressing over a
 * dense array of entries and an arena of frames; each part doubles in its own mapping, so that a recursion with
 * hundreds of thousands of distinct stacks neither loops nor drops. Compared in full: a hash never decides alone.
 *
 * Thread: the owner only. Cost of a hit: one probe, one comparison of the frames. Maps memory only to
 * grow. Guarded by bench/ (mixed, deep, wide; a new stack: fresh).
 */
#ifndef MS_STACK_TABLE_H
#define MS_STACK_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "call_stack.h"

/** What is known of one stack. `last_*` and `frequency` are the recorder's notes, kept here since this line is in the
 *  cache when they are wanted. */
struct ms_stack_entry {
  uint32_t site;
  uint32_t frames_at; /* index into the arena */
  uint32_t depth;
  uint32_t flags;      /* enum ms_stack_flags */
  uint64_t last_size;  /* of the last allocation with this stack ... */
  uint32_t last_block; /* ... and sequence + 1 of the block it is in; 0: none yet */
  uint32_t frequency;  /* slot in the thread's frequency table + 1; 0: not counted yet, UINT32_MAX: not to be counted */
};

/** A place of the index. It says where both the entry and the frames are, so that neither waits for the other to come
 * into the cache: with a hundred thousand stacks that is most of the time. */
struct ms_stack_slot {
  uint32_t hash;
  uint32_t id; /* 0: free */
  uint32_t frames_at;
  uint32_t depth;
};

/* What most threads need fits in a page. */
#define MS_STACKS_FIRST_INDEX 64u
#define MS_STACKS_FIRST_ENTRIES 32u
#define MS_STACKS_FIRST_FRAMES 320u

struct ms_stack_table {
  struct ms_stack_slot *index;
  struct ms_stack_entry *entries; /* entries[id]; 0 is not used */
  uintptr_t *frames;
  uint32_t index_capacity, entry_capacity, count;
  size_t frame_capacity, frame_count;
  struct ms_stack_slot first_index[MS_STACKS_FIRST_INDEX];
  struct ms_stack_entry first_entries[MS_STACKS_FIRST_ENTRIES];
  uintptr_t first_frames[MS_STACKS_FIRST_FRAMES];
};

/** Prepares an empty table. It must not move after that. */
void ms_stack_table_open(struct ms_stack_table *table);
void ms_stack_table_close(struct ms_stack_table *table);

/** Finds a stack or adds it; frames stand outermost first. `*added` says which. @return its id, 0 when memory for a new
 * one is refused. */
uint32_t ms_stack_table_intern(struct ms_stack_table *table, uint32_t site, uint8_t flags, const uintptr_t *frames,
                               uint32_t depth, uint32_t hash, bool *added);

/** Forgets all stacks but keeps the memory and goes on counting ids: after a module was unloaded, equal addresses may
 * mean other code. */
void ms_stack_table_forget(struct ms_stack_table *table);

static inline const uintptr_t *ms_stack_frames(const struct ms_stack_table *table, const struct ms_stack_entry *entry) {
  return table->frames + entry->frames_at;
}

#endif
