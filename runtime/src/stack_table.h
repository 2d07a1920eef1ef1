/* SPDX-License-Identifier: Apache-2.0
 *
 * stack_table.h: a thread's interned call stacks: (site, flags, frames) to a dense id from 1. Open addressing over an
 * arena in which each stack's entry stands with its frames behind it, as the numbers that rule_cache.h gives to return
 * addresses: with a hundred thousand stacks most of the time is waiting for memory, and this is half of it, in one
 * place. What came after a stack the last time is fetched ahead, and looked at first: programs do things again, and
 * memory takes as long as all the rest together. Both parts double in mappings of their own, so that a recursion with
 * hundreds of thousands of distinct stacks neither loops nor drops. Compared in full: a hash never decides alone.
 *
 * Thread: the owner only. Cost of a hit: a comparison of the frames, or a probe and one. Maps memory only to
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
  uint32_t id;
  uint32_t site;
  uint16_t depth;
  uint16_t flags;      /* enum ms_stack_flags */
  uint32_t frequency;  /* slot in the thread's frequency table + 1; 0: not counted yet, UINT32_MAX: not to be counted */
  uint64_t last_size;  /* of the last allocation with this stack ... */
  uint32_t last_block; /* ... and sequence + 1 of the block it is in; 0: none yet */
  uint32_t hash;
  uint32_t next;     /* place of the stack that came after this one when it was last met; 0: none yet */
  uint32_t frames[]; /* outermost first */
};

struct ms_stack_slot {
  uint32_t hash;
  uint32_t at; /* of the entry; 0: free */
};

/* What most threads need is less than a page. */
#define MS_STACKS_FIRST_INDEX 64u
#define MS_STACKS_FIRST_WORDS 320u

struct ms_stack_table {
  struct ms_stack_slot *index;
  uint64_t *arena; /* entries */
  uint32_t index_capacity, count;
  uint32_t ids;                        /* given so far, forgotten ones included */
  uint32_t arena_capacity, arena_used; /* words */
  uint32_t newest, before_newest;      /* places of the two entries added last; 0: none */
  uint32_t last, guess;                /* places of the stack met last, and of the one to be expected; 0: none */
  struct ms_stack_slot first_index[MS_STACKS_FIRST_INDEX];
  uint64_t first_arena[MS_STACKS_FIRST_WORDS];
};

/** Prepares an empty table. It must not move after that. */
void ms_stack_table_open(struct ms_stack_table *table);
void ms_stack_table_close(struct ms_stack_table *table);

/** Finds a stack or adds it; `*added` says which. @return the place of its entry, 0 when memory for a new one is
 *  refused. */
uint32_t ms_stack_table_intern(struct ms_stack_table *table, uint32_t site, uint16_t flags,
                               const struct ms_call_stack *stack, bool *added);

/** Forgets all stacks but goes on counting ids: after a module was unloaded, equal addresses may mean other code. */
void ms_stack_table_forget(struct ms_stack_table *table);

/** Returns the entry at a place; valid until the next stack is added. */
static inline struct ms_stack_entry *ms_stack_entry(const struct ms_stack_table *table, uint32_t at) {
  return (struct ms_stack_entry *)(void *)(table->arena + at);
}

#endif
