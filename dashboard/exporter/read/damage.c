/* SPDX-License-Identifier: Apache-2.0
 *
 * damage.c: a list with a cap per file.
 */
#include "read/damage.h"

#include "support/text.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>

static size_t entries_of(const struct ms_damage_list *list, const char *file) {
  size_t count = 0;
  for (size_t i = 0; i < list->items.count; i++)
    count += strcmp(list->items.items[i].file, file) == 0;
  return count;
}

void ms_damage_add(struct ms_damage_list *list, const char *file, uint64_t offset, uint64_t lost_bytes,
                   const char *format, ...) {
  if (list == NULL)
    return;
  size_t earlier = entries_of(list, file);
  if (earlier > MS_DAMAGE_PER_FILE)
    return;
  char reason[256];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(reason, sizeof reason, earlier == MS_DAMAGE_PER_FILE ? "more damage follows that is not listed" : format,
            arguments);
  va_end(arguments);
  ms_vec_push(&list->items, ((struct ms_damage){.file = ms_arena_format(&list->arena, "%s", file),
                                                .offset = offset,
                                                .lost_bytes = lost_bytes,
                                                .reason = ms_arena_format(&list->arena, "%s", reason)}));
}

/* The line of the file whose first entry is `first`. */
static void print_file(const struct ms_damage_list *list, size_t first) {
  const struct ms_damage *damage = &list->items.items[first];
  size_t places = entries_of(list, damage->file);
  uint64_t lost_bytes = 0;
  for (size_t i = first; i < list->items.count; i++)
    if (strcmp(list->items.items[i].file, damage->file) == 0)
      lost_bytes += list->items.items[i].lost_bytes;
  bool capped = places > MS_DAMAGE_PER_FILE;
  size_t more = capped ? MS_DAMAGE_PER_FILE : places - 1;
  fputs("memscope: ", stderr);
  ms_text_print(stderr, damage->file);
  fprintf(stderr, ": offset 0x%" PRIx64 ": %s", damage->offset, damage->reason);
  if (more > 0)
    fprintf(stderr, "; and %zu%s more place%s", more, capped ? " or" : "", more == 1 ? "" : "s");
  if (lost_bytes > 0)
    fprintf(stderr, "; %" PRIu64 " byte%s could not be used", lost_bytes, lost_bytes == 1 ? "" : "s");
  putc('\n', stderr);
}

size_t ms_damage_print(const struct ms_damage_list *list, const char *file) {
  size_t files = 0;
  for (size_t i = 0; i < list->items.count; i++) {
    const char *name = list->items.items[i].file;
    bool told = file != NULL && strcmp(name, file) != 0;
    for (size_t earlier = 0; !told && earlier < i; earlier++)
      told = strcmp(list->items.items[earlier].file, name) == 0;
    if (told)
      continue;
    print_file(list, i);
    files++;
  }
  return files;
}

void ms_damage_free(struct ms_damage_list *list) {
  ms_arena_free(&list->arena);
  ms_vec_free(&list->items);
}
