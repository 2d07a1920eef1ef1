/* SPDX-License-Identifier: Apache-2.0
 *
 * stacks.h: the call tree with names: recorded addresses become functions, inlined ones as frames of their own.
 */
#ifndef MEMSCOPE_EXPORTER_STACKS_H
#define MEMSCOPE_EXPORTER_STACKS_H

#include "analyse/usage.h"
#include "read/run.h"
#include "symbols/symbols.h"

struct ms_tree_frame {
  struct ms_symbol symbol;
  uint64_t address;
};

struct ms_tree_node {
  uint32_t parent; /* MS_NONE at a root; less than the node's own index */
  uint32_t frame;
};

struct ms_tree_stack {
  uint32_t stack; /* in the run's stack table */
  uint32_t node;  /* innermost */
};

/** Zero-initialise before the first use. */
struct ms_stacks {
  MS_VEC(struct ms_tree_frame) frames;
  MS_VEC(struct ms_tree_node) nodes;
  MS_VEC(struct ms_tree_stack) items; /* stacks that allocated, in order of first use */
  uint32_t *of_stack;                 /* index in items by stack of the run, MS_NONE: never allocated */
};

void ms_stacks_build(struct ms_stacks *stacks, const struct ms_run *run, const struct ms_usage *usage,
                     struct ms_symbols *symbols, struct ms_strings *strings);
void ms_stacks_free(struct ms_stacks *stacks);

#endif
