/* SPDX-License-Identifier: Apache-2.0
 *
 * damage.h: what was wrong with a trace, where, and how much of it is lost. Damage is no error: the rest is used.
 */
#ifndef MEMSCOPE_EXPORTER_DAMAGE_H
#define MEMSCOPE_EXPORTER_DAMAGE_H

#include "support/arena.h"
#include "support/vec.h"

#include <stdint.h>

#define MS_DAMAGE_PER_FILE 20u /* a file full of rubbish is not worth more lines than this */

struct ms_damage {
  const char *file;    /* path as the user knows it; lives as long as the list */
  uint64_t offset;     /* in the file */
  uint64_t lost_bytes; /* that could not be used; 0 where nothing is lost */
  const char *reason;
};

/** Zero-initialise before the first use. */
struct ms_damage_list {
  struct ms_arena arena;
  MS_VEC(struct ms_damage) items;
};

/** Notes damage. The last entry that a file gets says that more is not listed. `list` NULL: nobody wants to know (a
 *  later pass over a file that has been verified). */
void ms_damage_add(struct ms_damage_list *list, const char *file, uint64_t offset, uint64_t lost_bytes,
                   const char *format, ...) __attribute__((format(printf, 5, 6)));

/** Prints one line a damaged file to stderr: "memscope: FILE: offset 0x…: reason", the first place with its reason, the
 *  others as a number. `file` NULL: all files, else that one alone. Returns the number of lines. */
size_t ms_damage_print(const struct ms_damage_list *list, const char *file);

void ms_damage_free(struct ms_damage_list *list);

#endif
