/* SPDX-License-Identifier: Apache-2.0
 *
 * progress.c: draws at most two hundred times a stage.
 */
#include "support/progress.h"

#include <stdio.h>
#include <unistd.h>

#define BAR_CELLS 30u
#define STEPS 200u

void ms_progress_start(struct ms_progress *progress, const char *stage, uint64_t total) {
  *progress = (struct ms_progress){.shown = isatty(STDERR_FILENO) != 0, .stage = stage, .total = total};
  if (!progress->shown)
    progress->next = UINT64_MAX;
}

void ms_progress_at(struct ms_progress *progress, uint64_t done) {
  if (done < progress->next || progress->total == 0)
    return;
  unsigned cells = (unsigned)((double)done / (double)progress->total * BAR_CELLS);
  if (cells > BAR_CELLS)
    cells = BAR_CELLS;
  fprintf(stderr, "\r%-10s [%.*s%*s] %3u %%", progress->stage, (int)cells, "##############################",
          (int)(BAR_CELLS - cells), "", (unsigned)((double)done / (double)progress->total * 100));
  progress->next = done + progress->total / STEPS + 1;
}

void ms_progress_end(struct ms_progress *progress) {
  if (progress->shown)
    fprintf(stderr, "\r%60s\r", "");
}
