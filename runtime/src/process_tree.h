/* SPDX-License-Identifier: Apache-2.0
 *
 * process_tree.h: which processes belong together, so that none takes another one's run for an earlier one. A tree has
 * a token: MEMSCOPE_TREE where the environment has it, else the name of its outermost process. Processes with MemScope
 * in them are known to their descendants by a mapping that carries the token; the environment stays the program's own.
 */
#ifndef MS_PROCESS_TREE_H
#define MS_PROCESS_TREE_H

#include <stdbool.h>
#include <stdint.h>

/** Sets the mark; called once by the library's constructor. */
void ms_process_tree_start(void);

/** Looks for the tree that this process is in; called by the session's start, under its lock. */
void ms_process_tree_join(void);

/** Writes who this process is, and its tree. Precondition: the process file has no other fact yet. */
void ms_process_tree_describe(void);

/** What the process file of a run says of the process that has written it. */
struct ms_relation {
  bool same_process; /* it is this one, by this program or the one before it (exec) */
  bool same_tree;    /* or only of the same tree */
  bool alive;        /* there is still such a process */
};

/** Reads that. @return false where there is no process file. */
bool ms_process_tree_relation(const char *path, struct ms_relation *relation);

#endif
