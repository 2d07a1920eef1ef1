/* SPDX-License-Identifier: Apache-2.0
 *
 * stacks.c: translates the tree of addresses node by node; each address is looked up once, each node made once.
 */
#include "analyse/stacks.h"

struct builder {
  struct ms_stacks *stacks;
  const struct ms_stack_table *table;
  struct ms_symbols *symbols;
  uint32_t *frame_of; /* first tree frame by recorded frame, MS_NONE: not yet */
  uint32_t *node_of;  /* innermost tree node by recorded node, MS_NONE: not yet */
  uint32_t no_frames; /* node of the stacks without frames, MS_NONE: not yet */
};

static uint32_t *filled(size_t count) {
  uint32_t *items = ms_memory_new(count, sizeof *items);
  for (size_t i = 0; i < count; i++)
    items[i] = MS_NONE;
  return items;
}

/* Makes the tree frames of a recorded frame: the real function first, then what was inlined into it, going inwards. */
static uint32_t add_frames(struct builder *builder, uint32_t recorded, struct ms_symbol_list *list) {
  const struct ms_frame *frame = &builder->table->frames.items[recorded];
  *list = ms_symbols_of(builder->symbols, frame);
  if (builder->frame_of[recorded] != MS_NONE)
    return builder->frame_of[recorded];
  uint32_t first = (uint32_t)builder->stacks->frames.count;
  for (size_t i = list->count; i > 0; i--)
    ms_vec_push(&builder->stacks->frames, ((struct ms_tree_frame){list->items[i - 1], frame->address}));
  return builder->frame_of[recorded] = first;
}

static void add_node(struct builder *builder, uint32_t recorded, uint32_t parent) {
  struct ms_symbol_list list;
  uint32_t frame = add_frames(builder, builder->table->nodes.items[recorded].frame, &list);
  for (size_t i = 0; i < list.count; i++) {
    ms_vec_push(&builder->stacks->nodes, ((struct ms_tree_node){parent, frame + (uint32_t)i}));
    parent = (uint32_t)(builder->stacks->nodes.count - 1);
  }
  builder->node_of[recorded] = parent;
}

/* A stack without frames still needs a place in the tree: one root frame for all of them. */
static uint32_t node_without_frames(struct builder *builder, struct ms_strings *strings) {
  if (builder->no_frames == MS_NONE) {
    struct ms_symbol symbol = {.function = ms_strings_add(strings, "(no call stack)")};
    ms_vec_push(&builder->stacks->frames, ((struct ms_tree_frame){.symbol = symbol}));
    ms_vec_push(&builder->stacks->nodes,
                ((struct ms_tree_node){MS_NONE, (uint32_t)(builder->stacks->frames.count - 1)}));
    builder->no_frames = (uint32_t)(builder->stacks->nodes.count - 1);
  }
  return builder->no_frames;
}

static uint32_t tree_node(struct builder *builder, uint32_t recorded) {
  uint32_t path[MS_STACK_DEPTH_MAX], length = 0, parent = MS_NONE;
  for (; recorded != MS_NONE; recorded = builder->table->nodes.items[recorded].parent) {
    parent = builder->node_of[recorded];
    if (parent != MS_NONE)
      break;
    path[length++] = recorded;
  }
  for (; length > 0; length--) {
    add_node(builder, path[length - 1], parent);
    parent = builder->node_of[path[length - 1]];
  }
  return parent;
}

void ms_stacks_build(struct ms_stacks *stacks, const struct ms_run *run, const struct ms_usage *usage,
                     struct ms_symbols *symbols, struct ms_strings *strings) {
  struct builder builder = {.stacks = stacks,
                            .table = &run->stacks,
                            .symbols = symbols,
                            .no_frames = MS_NONE,
                            .frame_of = filled(run->stacks.frames.count),
                            .node_of = filled(run->stacks.nodes.count)};
  stacks->of_stack = filled(run->stacks.stacks.count);
  for (size_t i = 0; i < usage->rows.count; i++) {
    uint32_t stack = usage->rows.items[i].stack;
    if (stacks->of_stack[stack] != MS_NONE)
      continue;
    stacks->of_stack[stack] = (uint32_t)stacks->items.count;
    uint32_t recorded = run->stacks.stacks.items[stack].node;
    uint32_t node = recorded == MS_NONE ? node_without_frames(&builder, strings) : tree_node(&builder, recorded);
    ms_vec_push(&stacks->items, ((struct ms_tree_stack){stack, node}));
  }
  free(builder.frame_of);
  free(builder.node_of);
}

void ms_stacks_free(struct ms_stacks *stacks) {
  ms_vec_free(&stacks->frames);
  ms_vec_free(&stacks->nodes);
  ms_vec_free(&stacks->items);
  free(stacks->of_stack);
}
