/* SPDX-License-Identifier: Apache-2.0
 *
 * mappings.h: the tracked mappings of the process, by address. Unlike blocks of a heap, mappings are released in parts,
 * several at a time, and by putting another one in their place, so their extents are kept: a sorted array under a lock.
 * Next to the system calls that it follows it costs nothing.
 *
 * Any thread. Precondition of all but ms_mappings_any: busy is set, so that no signal handler of the same thread waits
 * for the lock.
 */
#ifndef MS_MAPPINGS_H
#define MS_MAPPINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Whole pages from `low` up to `high`. */
struct ms_mapping {
  uintptr_t low, high;
  double weight; /* as recorded: what is left of it when it is cut weighs the same */
};

/** Returns the pages that `bytes` at `address` lie in. */
struct ms_mapping ms_mappings_pages(uintptr_t address, size_t bytes);

/** Returns whether there are any. Cost: a load. */
bool ms_mappings_any(void);

/** Remembers a mapping. @return false when memory for it is refused: its end will not be seen. */
bool ms_mappings_add(struct ms_mapping mapping, double weight);

/** Forgets the lowest mapping that has a page in `range`. @return false where there is none. */
bool ms_mappings_take(struct ms_mapping range, struct ms_mapping *taken);

/** Frees the lock, which another thread may have held at the fork, and forgets all: both in the child of a fork, the
 * second when no call of the parent's goes on there. */
void ms_mappings_fork_child(void);
void ms_mappings_forget(void);

#endif
