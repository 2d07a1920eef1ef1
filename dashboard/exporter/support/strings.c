/* SPDX-License-Identifier: Apache-2.0
 *
 * strings.c: texts in an arena, found by an index over their hashes.
 */
#include "support/strings.h"

void ms_strings_start(struct ms_strings *strings) { ms_strings_add(strings, ""); }

uint32_t ms_strings_add(struct ms_strings *strings, const char *text) {
  size_t length = strlen(text), cursor = 0;
  uint64_t hash = ms_hash_bytes(text, length);
  uint32_t found;
  while ((found = ms_index_next(&strings->index, hash, &cursor)) != MS_NONE)
    if (strcmp(strings->items.items[found], text) == 0)
      return found;
  uint32_t number = (uint32_t)strings->items.count;
  ms_vec_push(&strings->items, ms_arena_text(&strings->arena, text, length));
  ms_index_add(&strings->index, hash, number);
  return number;
}

void ms_strings_free(struct ms_strings *strings) {
  ms_arena_free(&strings->arena);
  ms_index_free(&strings->index);
  ms_vec_free(&strings->items);
}
