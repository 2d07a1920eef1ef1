/* SPDX-License-Identifier: Apache-2.0
 *
 * findings.h: the report as text for a terminal or a log.
 */
#ifndef MEMSCOPE_EXPORTER_FINDINGS_H
#define MEMSCOPE_EXPORTER_FINDINGS_H

#include "analyse/analysis.h"

#include <stdio.h>

struct ms_findings_style {
  unsigned width; /* columns, at least 60 */
  size_t top;     /* lines per table, 0: all */
  bool colours;
};

/** Returns the style for stdout: the terminal's width, or COLUMNS, or 100; colours on a terminal without NO_COLOR. */
struct ms_findings_style ms_findings_style_of_stdout(void);
void ms_findings_print(FILE *out, const struct ms_analysis *analysis, const struct ms_findings_style *style);

#endif
