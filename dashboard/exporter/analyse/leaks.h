/* SPDX-License-Identifier: Apache-2.0
 *
 * leaks.h: blocks that nobody released, or only when the program went down, in four classes. docs/report-format.md
 * defines them; the facts that decide are gathered in usage.c.
 */
#ifndef MEMSCOPE_EXPORTER_LEAKS_H
#define MEMSCOPE_EXPORTER_LEAKS_H

#include "analyse/usage.h"

enum ms_leak_class {
  MS_LEAK_LOST_GROWTH,
  MS_LEAK_BOUNDED_CACHE,
  MS_LEAK_RELEASED_AT_SHUTDOWN,
  MS_LEAK_LIVE_AT_EXIT,
  MS_LEAK_CLASSES,
};

extern const char *const ms_leak_class_names[MS_LEAK_CLASSES];

struct ms_leak {
  enum ms_leak_class class;
  uint32_t row; /* in the usage table */
  ms_sum blocks, bytes;
};

/** Zero-initialise before the first use. */
struct ms_leaks {
  MS_VEC(struct ms_leak) items; /* most bytes first */
  ms_sum class_blocks[MS_LEAK_CLASSES], class_bytes[MS_LEAK_CLASSES];
  ms_sum total_blocks, total_bytes; /* live at exit: all classes but released_at_shutdown */
};

void ms_leaks_find(struct ms_leaks *leaks, const struct ms_usage *usage);
void ms_leaks_free(struct ms_leaks *leaks);

#endif
