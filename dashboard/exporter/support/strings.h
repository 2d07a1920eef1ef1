/* SPDX-License-Identifier: Apache-2.0
 *
 * strings.h: a pool in which each distinct text stands once and has a number; number 0 is the empty text.
 */
#ifndef MEMSCOPE_EXPORTER_STRINGS_H
#define MEMSCOPE_EXPORTER_STRINGS_H

#include "support/arena.h"
#include "support/map.h"
#include "support/vec.h"

#include <stdint.h>

/** Zero-initialise, then ms_strings_start. */
struct ms_strings {
  struct ms_arena arena;
  struct ms_index index;
  MS_VEC(const char *) items;
};

void ms_strings_start(struct ms_strings *strings);
/** Returns the number of `text`, copying it at first sight. */
uint32_t ms_strings_add(struct ms_strings *strings, const char *text);
void ms_strings_free(struct ms_strings *strings);

#endif
