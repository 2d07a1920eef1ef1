/* SPDX-License-Identifier: Apache-2.0
 *
 * stack_table.c: interning of frames, nodes and stacks.
 */
#include "read/stack_table.h"

static uint32_t intern_frame(struct ms_stack_table *table, uint64_t address, uint32_t module) {
  uint64_t hash = ms_hash_u64(address ^ (uint64_t)module << 48);
  size_t cursor = 0;
  uint32_t found;
  while ((found = ms_index_next(&table->frame_index, hash, &cursor)) != MS_NONE)
    if (table->frames.items[found].address == address && table->frames.items[found].module == module)
      return found;
  found = (uint32_t)table->frames.count;
  ms_vec_push(&table->frames, ((struct ms_frame){address, module}));
  ms_index_add(&table->frame_index, hash, found);
  return found;
}

static uint32_t intern_node(struct ms_stack_table *table, uint32_t parent, uint32_t frame) {
  uint64_t hash = ms_hash_u64((uint64_t)parent << 32 | frame);
  size_t cursor = 0;
  uint32_t found;
  while ((found = ms_index_next(&table->node_index, hash, &cursor)) != MS_NONE)
    if (table->nodes.items[found].parent == parent && table->nodes.items[found].frame == frame)
      return found;
  found = (uint32_t)table->nodes.count;
  uint32_t depth = parent == MS_NONE ? 1 : table->nodes.items[parent].depth + 1;
  ms_vec_push(&table->nodes, ((struct ms_stack_node){parent, frame, depth}));
  ms_index_add(&table->node_index, hash, found);
  return found;
}

static uint32_t intern_stack(struct ms_stack_table *table, struct ms_stack stack) {
  uint64_t hash = ms_hash_u64(((uint64_t)stack.node << 32 | stack.site) ^ (uint64_t)stack.flags << 56);
  size_t cursor = 0;
  uint32_t found;
  while ((found = ms_index_next(&table->stack_index, hash, &cursor)) != MS_NONE) {
    const struct ms_stack *other = &table->stacks.items[found];
    if (other->node == stack.node && other->site == stack.site && other->flags == stack.flags)
      return found;
  }
  found = (uint32_t)table->stacks.count;
  ms_vec_push(&table->stacks, stack);
  ms_index_add(&table->stack_index, hash, found);
  return found;
}

void ms_stack_table_start(struct ms_stack_table *table) {
  ms_vec_push(&table->stacks, ((struct ms_stack){.node = MS_NONE}));
}

uint32_t ms_stack_depth(const struct ms_stack_table *table, uint32_t stack) {
  uint32_t node = table->stacks.items[stack].node;
  return node == MS_NONE ? 0 : table->nodes.items[node].depth;
}

/* Finds the node that holds the outermost `shared` frames of an earlier stack. */
static const char *shared_part(const struct ms_stack_table *table, const ms_stack_ids *ids,
                               const struct ms_stack_definition *definition, uint32_t *node) {
  *node = MS_NONE;
  if (definition->shared == 0)
    return NULL;
  if (definition->reference == 0 || definition->reference >= ids->count || ids->items[definition->reference] == MS_NONE)
    return "stack refers to one that is not defined";
  *node = table->stacks.items[ids->items[definition->reference]].node;
  uint32_t depth = *node == MS_NONE ? 0 : table->nodes.items[*node].depth;
  if (definition->shared > depth)
    return "stack shares more frames than there are";
  for (; depth > definition->shared; depth--)
    *node = table->nodes.items[*node].parent;
  return NULL;
}

const char *ms_stack_table_define(struct ms_stack_table *table, const struct ms_facts *facts, ms_stack_ids *ids,
                                  const struct ms_event *event) {
  const struct ms_stack_definition *definition = &event->stack;
  while (ids->count <= definition->id)
    ms_vec_push(ids, MS_NONE);
  if (ids->items[definition->id] != MS_NONE)
    return "stack is defined twice";
  uint32_t node;
  const char *reason = shared_part(table, ids, definition, &node);
  if (reason != NULL)
    return reason;
  if ((uint64_t)definition->shared + definition->count > MS_STACK_DEPTH_MAX)
    return "stack of more than 4096 frames";
  uint64_t addresses[MS_STACK_DEPTH_MAX], address = 0;
  struct ms_cursor frames = definition->frames;
  for (uint32_t i = 0; i < definition->count; i++)
    addresses[i] = address += ms_cursor_zigzag(&frames);
  for (uint32_t i = definition->count; i > 0; i--)
    node =
        intern_node(table, node,
                    intern_frame(table, addresses[i - 1], ms_facts_module(facts, addresses[i - 1], event->generation)));
  ids->items[definition->id] =
      intern_stack(table, (struct ms_stack){.node = node, .site = definition->site, .flags = definition->flags});
  return NULL;
}

void ms_stack_table_free(struct ms_stack_table *table) {
  ms_vec_free(&table->frames);
  ms_vec_free(&table->nodes);
  ms_vec_free(&table->stacks);
  ms_index_free(&table->frame_index);
  ms_index_free(&table->node_index);
  ms_index_free(&table->stack_index);
}
