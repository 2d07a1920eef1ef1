/* SPDX-License-Identifier: Apache-2.0
 *
 * findings.h: the report as text for a terminal or a log.
 */
#ifndef MEMSCOPE_EXPORTER_FINDINGS_H
#define MEMSCOPE_EXPORTER_FINDINGS_H

#include "analyse/analysis.h"

#include <stdio.h>

/** Which part of the report is printed. */
enum ms_findings_view {
  MS_FINDINGS_ALL,
  MS_FINDINGS_BY_THREAD,
  MS_FINDINGS_BY_SITE,
  MS_FINDINGS_BY_TYPE,
  MS_FINDINGS_BY_LEAK,
};

struct ms_findings_style {
  enum ms_findings_view view;
  unsigned width; /* columns, at least 60 */
  size_t top;     /* lines per table, 0: all */
  bool colours;
};

/** Returns the style for stdout: the terminal's width, or COLUMNS, or 100; colours on a terminal without NO_COLOR. */
struct ms_findings_style ms_findings_style_of_stdout(void);
/** Finds the view that is called thread, site, type or leak. @return false when none is. */
bool ms_findings_view_named(const char *name, enum ms_findings_view *view);
void ms_findings_print(FILE *out, const struct ms_analysis *analysis, const struct ms_findings_style *style);

#endif
