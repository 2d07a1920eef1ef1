/* SPDX-License-Identifier: Apache-2.0
 *
 * progress.h: one line on the terminal that says how far a stage is; nothing at all where stderr is no terminal.
 */
#ifndef MEMSCOPE_EXPORTER_PROGRESS_H
#define MEMSCOPE_EXPORTER_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

struct ms_progress {
  bool shown;
  const char *stage;
  uint64_t total, next; /* units of work; the bar moves when `next` is reached */
};

/** Begins a stage of `total` units. */
void ms_progress_start(struct ms_progress *progress, const char *stage, uint64_t total);
/** Says that `done` units are done. Cheap: one comparison unless the bar moves. */
void ms_progress_at(struct ms_progress *progress, uint64_t done);
/** Wipes the line. */
void ms_progress_end(struct ms_progress *progress);

#endif
