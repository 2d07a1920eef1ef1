/* SPDX-License-Identifier: Apache-2.0
 *
 * heap.h: the model of the live heap. The only place that knows what allocation and release mean.
 *
 * One event goes in, at most two changes come out. Memory follows the number of live blocks. Before each event the
 * caller takes the changes that time alone has brought (ms_heap_expire), and once more at the end.
 *
 * Crossed clocks. Two processor cores read the same counter, but not in program order with what they do: the reading
 * of a release on one core and of the allocation that reuses its address on another can cross by the width of the
 * reorder window, some 100 ns. So an allocation at a live address is held to be such a crossing as long as the missing
 * release can still come: within MS_CROSSING_NS, from another thread than the one that allocated. That release
 * then belongs to the earlier block. If it does not come, the release was not recorded: the earlier block ended without
 * one, which is counted.
 */
#ifndef MEMSCOPE_EXPORTER_HEAP_H
#define MEMSCOPE_EXPORTER_HEAP_H

#include "read/record.h"
#include "support/map.h"
#include "support/sum.h"

#define MS_CROSSING_NS 1000u

/** Blocks of one space lie apart; those of two may begin at one address: the first block that an allocator of the
 *  program cuts from a chunk of the heap, or from a mapping. */
enum ms_space {
  MS_SPACE_HEAP,
  MS_SPACE_CUSTOM,
  MS_SPACE_MAPPING,
};

/** A block of the program, live or just released. */
struct ms_live_block {
  uint64_t key; /* its place in the map of the live ones */
  uint64_t address, size, time_ns;
  double weight;      /* how many it stands for */
  uint64_t ordinal;   /* of the allocation among those of its thread, from 1 */
  uint32_t thread;    /* that allocated it */
  uint32_t stack;     /* in the stack table */
  uint32_t displaced; /* earlier block at this address whose release may still come, MS_NONE: none */
};

enum ms_change_kind {
  MS_CHANGE_ALLOC,
  MS_CHANGE_FREE,
  MS_CHANGE_IMPLICIT_FREE, /* the release was not recorded: no event, no releasing thread */
  MS_CHANGE_UNMATCHED_FREE /* nothing live at that address: `block` holds the address alone */
};

/** What an event did to the heap; input of every analysis. */
struct ms_change {
  enum ms_change_kind kind;
  struct ms_live_block block; /* for frees: the block that ended */
  ms_sum count, bytes;        /* what it adds to totals: the block's weight, its bytes times that; 1 and 0: unmatched */
  uint64_t time_ns;
  uint32_t thread; /* that did it */
  uint32_t stack;  /* of the event: where it was done */
  bool realloc;
  bool temporary; /* FREE: before the next allocation of the block's thread */
};

/** An allocation that waits for the release of the block it displaced. */
struct ms_displacement {
  uint32_t block, displaced; /* in blocks */
  uint64_t time_ns;
};

/** Zero-initialise before the first use. */
struct ms_heap {
  const uint8_t *space_of_stack; /* enum ms_space; NULL: all are of the heap */
  struct ms_map live;            /* key to index in blocks */
  MS_VEC(struct ms_live_block) blocks;
  MS_VEC(uint32_t) unused;                /* indices in blocks */
  MS_VEC(uint64_t) allocations;           /* by thread, so far */
  MS_VEC(struct ms_displacement) waiting; /* oldest first, from waiting_head on */
  size_t waiting_head;
  uint64_t live_bytes, live_blocks;
  uint64_t crossings, implicit_frees, unmatched_frees;
};

/** Returns the space of blocks that a function of this family gives out or takes. */
enum ms_space ms_space_of_family(uint8_t family);

/** Applies an ALLOC or FREE of `thread` with `stack` in the stack table. @return how many entries of `changes` hold. */
unsigned ms_heap_apply(struct ms_heap *heap, const struct ms_event *event, uint32_t thread, uint32_t stack,
                       struct ms_change changes[2]);
/** Ends a displaced block whose release can no longer come at `now_ns`; UINT64_MAX at the end of the run. Call until
 *  false. */
bool ms_heap_expire(struct ms_heap *heap, uint64_t now_ns, struct ms_change *change);
void ms_heap_free(struct ms_heap *heap);

#endif
