/* SPDX-License-Identifier: Apache-2.0
 *
 * notes.c: one function a note.
 */
#include "analyse/notes.h"

#include <inttypes.h>

/* The writer's own counts, which it keeps in place where it can write nothing more. */
static void note_lost(struct ms_notes *notes, const struct ms_file_header *process) {
  if (process->lost_threads > 0)
    ms_vec_push(&notes->items, ms_arena_format(&notes->arena, "%u thread%s could not be recorded at all.",
                                               process->lost_threads, process->lost_threads == 1 ? "" : "s"));
  if (process->lost_facts > 0)
    ms_vec_push(&notes->items,
                ms_arena_format(&notes->arena,
                                "%u fact%s of the run could not be written: names of call sites, scopes or modules "
                                "may be missing.",
                                process->lost_facts, process->lost_facts == 1 ? "" : "s"));
}

static void note_unmatched(struct ms_notes *notes, const struct ms_summary *summary) {
  if (summary->implicit_frees > 0)
    ms_vec_push(&notes->items,
                ms_arena_format(&notes->arena,
                                "%" PRIu64 " block%s ended without a recorded release: %s address was given out again.",
                                summary->implicit_frees, summary->implicit_frees == 1 ? "" : "s",
                                summary->implicit_frees == 1 ? "its" : "their"));
  if (summary->crossings > 0)
    ms_vec_push(&notes->items,
                ms_arena_format(&notes->arena,
                                "%" PRIu64
                                " time%s the clock readings of two cores crossed; releases were matched by address.",
                                summary->crossings, summary->crossings == 1 ? "" : "s"));
}

/* The C++ library is hardly ever compiled with the plugin, and what std::string holds is allocated inside it. */
static bool is_preloaded(const struct ms_sites *sites) {
  for (size_t i = 0; i < sites->items.count; i++)
    if (sites->items.items[i].route == MS_ROUTE_PRELOAD)
      return true;
  return false;
}

static void note_plain_library(struct ms_notes *notes, const struct ms_facts *facts, const struct ms_sites *sites) {
  static const char *const libraries[] = {"libstdc++.so", "libc++.so"};
  if (is_preloaded(sites))
    return;
  for (size_t i = 0; i < facts->modules.count; i++) {
    const char *path = facts->modules.items[i].path, *slash = strrchr(path, '/');
    const char *name = slash == NULL ? path : slash + 1;
    for (size_t k = 0; k < sizeof libraries / sizeof *libraries; k++)
      if (strncmp(name, libraries[k], strlen(libraries[k])) == 0) {
        ms_vec_push(&notes->items,
                    "Allocations made inside libraries that were compiled without MemScope are not "
                    "recorded, for example those of std::string inside libstdc++. `memscope run` records "
                    "them.");
        return;
      }
  }
}

/* A site of the compiler without a line: it had no debug information to take the line from. */
static void note_no_lines(struct ms_notes *notes, const struct ms_sites *sites) {
  bool named = false;
  for (size_t i = 0; i < sites->items.count; i++) {
    if (sites->items.items[i].line > 0)
      return;
    named |= sites->items.items[i].named != NULL;
  }
  if (named)
    ms_vec_push(&notes->items,
                "No call site has a line: the program was compiled without -g. With it, places have file and line.");
}

void ms_notes_gather(struct ms_notes *notes, const struct ms_analysis *analysis) {
  const struct ms_facts *facts = &analysis->run->facts;
  for (size_t i = 0; i < facts->notes.count; i++)
    ms_vec_push(&notes->items, facts->notes.items[i].text);
  note_lost(notes, &analysis->run->process.header);
  note_unmatched(notes, &analysis->summary);
  note_plain_library(notes, facts, &analysis->sites);
  note_no_lines(notes, &analysis->sites);
}

void ms_notes_free(struct ms_notes *notes) {
  ms_arena_free(&notes->arena);
  ms_vec_free(&notes->items);
}
