/* SPDX-License-Identifier: Apache-2.0
 *
 * mapping_entry.h: what mmap, munmap and mremap do to the tracked mappings, as events. A mapping that is cut becomes
 * what is left of it, as if by realloc; a hole in it makes two of one. Any thread, for itself. errno is kept.
 */
#ifndef MS_MAPPING_ENTRY_H
#define MS_MAPPING_ENTRY_H

#include "mappings.h"
#include "recorder.h"

/** Records the end of whatever is tracked in a range that is about to be unmapped, or has just been replaced. Called
 * with arguments that the system will refuse, it does nothing; should it refuse others (a hole beyond the number of
 * mappings that a process may have), the record is off by that. */
void ms_mapping_ended(const struct ms_origin *origin, uintptr_t address, size_t size);

/** An mremap under way. */
struct ms_remap {
  struct ms_realloc change;
  struct ms_mapping whole; /* the mapping that may move */
  int flags;
};

/** Before the real call. */
void ms_mapping_move_begin(struct ms_remap *remap, const struct ms_origin *origin, uintptr_t old, size_t old_size,
                           int flags);
/** After it. `now` 0: it failed. `records`: the new mapping is to be recorded even if the old one was not. */
void ms_mapping_move_end(const struct ms_remap *remap, const struct ms_origin *origin, uintptr_t now, size_t size,
                         bool records);

#endif
