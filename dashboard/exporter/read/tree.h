/* SPDX-License-Identifier: Apache-2.0
 *
 * tree.h: the other processes of a run: each has a directory of its own beside the run's, with a number behind the
 * name.
 */
#ifndef MEMSCOPE_EXPORTER_TREE_H
#define MEMSCOPE_EXPORTER_TREE_H

#include "support/arena.h"
#include "support/vec.h"

#include <stdint.h>
#include <stdio.h>

/** A process of the same tree. */
struct ms_tree_member {
  uint32_t pid;
  const char *directory, *suffix; /* what stands behind the run's directory and the point */
};

/** Zero-initialise before the first use. */
struct ms_tree {
  struct ms_arena arena;
  MS_VEC(struct ms_tree_member) members;
};

/** Finds them, in the order of their numbers. `token`: of the run in `directory`; "" finds none. */
void ms_tree_find(struct ms_tree *tree, const char *directory, const char *token);
/** Says in a line how many there are; nothing where there are none. */
void ms_tree_mention(FILE *out, const struct ms_tree *tree);
void ms_tree_free(struct ms_tree *tree);

#endif
