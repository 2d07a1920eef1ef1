/* SPDX-License-Identifier: Apache-2.0
 *
 * stack_table.h: the call stacks of all thread files, each distinct one once, as paths in one tree.
 *
 * Definitions of a thread file refer to earlier ones ("shares k outer frames with stack n"); as nodes of a tree that
 * sharing costs nothing, so that memory follows the bytes of the definitions and not the frames they stand for.
 */
#ifndef MEMSCOPE_EXPORTER_STACK_TABLE_H
#define MEMSCOPE_EXPORTER_STACK_TABLE_H

#include "read/facts.h"
#include "read/record.h"

#define MS_STACK_DEPTH_MAX 4096u /* frames; deeper ones are hostile, the runtime's own limit is far below */

/** An address in a module; the same address after dlclose and dlopen can be another frame. */
struct ms_frame {
  uint64_t address;
  uint32_t module; /* index in the facts, MS_NONE: in no known module */
};

struct ms_stack_node {
  uint32_t parent; /* the caller's node, MS_NONE at the root; always less than the node's own index */
  uint32_t frame;
  uint32_t depth; /* frames from the root to here, this one included */
};

/* How an event came to be recorded. */
enum ms_route { MS_ROUTE_COMPILED, MS_ROUTE_API, MS_ROUTE_PRELOAD, MS_ROUTES };

static inline enum ms_route ms_route_of(uint8_t stack_flags) {
  if (stack_flags & MS_STACK_ROUTE_PRELOAD)
    return MS_ROUTE_PRELOAD;
  return stack_flags & MS_STACK_ROUTE_API ? MS_ROUTE_API : MS_ROUTE_COMPILED;
}

/** "compiled": a rewritten call; "api": memscope_track_*; "preload": libmemscope_preload.so saw it. */
static inline const char *ms_route_name(enum ms_route route) {
  static const char *const names[MS_ROUTES] = {"compiled", "api", "preload"};
  return names[route];
}

struct ms_stack {
  uint32_t node; /* innermost frame, MS_NONE for a stack without frames */
  uint32_t site; /* id in the process file, 0: none */
  uint8_t flags; /* enum ms_stack_flags */
};

/** Zero-initialise before the first use. Stack 0 is "no stack". */
struct ms_stack_table {
  MS_VEC(struct ms_frame) frames;
  MS_VEC(struct ms_stack_node) nodes;
  MS_VEC(struct ms_stack) stacks;
  struct ms_index frame_index, node_index, stack_index;
};

/** From the ids of one thread file to stacks of the table; entry 0 and undefined ones are MS_NONE. */
typedef MS_VEC(uint32_t) ms_stack_ids;

void ms_stack_table_start(struct ms_stack_table *table);
/** Adds a definition. Returns NULL, or the reason why it cannot be used. */
const char *ms_stack_table_define(struct ms_stack_table *table, const struct ms_facts *facts, ms_stack_ids *ids,
                                  const struct ms_event *event);
void ms_stack_table_free(struct ms_stack_table *table);

/** Returns the stack of a file's id: 0 ("no stack") for id 0 and for one that was never defined. */
static inline uint32_t ms_stack_ids_get(const ms_stack_ids *ids, uint32_t id) {
  return id < ids->count && ids->items[id] != MS_NONE ? ids->items[id] : 0;
}

/** Returns the number of frames. */
uint32_t ms_stack_depth(const struct ms_stack_table *table, uint32_t stack);

#endif
