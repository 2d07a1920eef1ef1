/* SPDX-License-Identifier: Apache-2.0
 *
 * notes.h: what a reader of the figures should know about how they came about: the runtime's own notes, then those that
 * follow from the run.
 */
#ifndef MEMSCOPE_EXPORTER_NOTES_H
#define MEMSCOPE_EXPORTER_NOTES_H

#include "analyse/analysis.h"

/** Zero-initialise before the first use. */
struct ms_notes {
  struct ms_arena arena;
  MS_VEC(const char *) items; /* texts of the run's facts or of the arena */
};

/** Gathers the notes of an analysis that has ended and outlives them. */
void ms_notes_gather(struct ms_notes *notes, const struct ms_analysis *analysis);
void ms_notes_free(struct ms_notes *notes);

#endif
