/* SPDX-License-Identifier: Apache-2.0
 *
 * insights.h: the findings in words, each with the figures that prove it.
 */
#ifndef MEMSCOPE_EXPORTER_INSIGHTS_H
#define MEMSCOPE_EXPORTER_INSIGHTS_H

#include "support/arena.h"
#include "support/sum.h"
#include "support/vec.h"

#include <stdbool.h>
#include <stdint.h>

struct ms_analysis;

enum ms_insight_kind {
  MS_INSIGHT_ALERT,
  MS_INSIGHT_LEAK,
  MS_INSIGHT_HOTSPOT,
  MS_INSIGHT_TEMPORARY,
  MS_INSIGHT_BOTTLENECK,
  MS_INSIGHT_ANOMALY,
  MS_INSIGHT_INFO,
  MS_INSIGHT_KINDS,
};

enum ms_severity { MS_SEVERITY_HIGH, MS_SEVERITY_MEDIUM, MS_SEVERITY_INFO, MS_SEVERITIES };

extern const char *const ms_insight_kind_names[MS_INSIGHT_KINDS], *const ms_severity_names[MS_SEVERITIES];

#define MS_EVIDENCE_MAX 4u

struct ms_insight {
  enum ms_insight_kind kind;
  enum ms_severity severity;
  const char *title, *detail, *recommendation; /* recommendation may be NULL */
  uint32_t thread, site;                       /* MS_NONE: none */
  bool has_saving;
  ms_sum saving_bytes;
  struct {
    const char *name; /* NULL ends the list */
    double value;
  } evidence[MS_EVIDENCE_MAX];
};

/** Zero-initialise before the first use. */
struct ms_insights {
  struct ms_arena arena;
  MS_VEC(struct ms_insight) items; /* by severity, then by what matters to memory first */
};

/** Draws the findings from an analysis whose other parts have ended. */
void ms_insights_find(struct ms_insights *insights, const struct ms_analysis *analysis);
void ms_insights_free(struct ms_insights *insights);

#endif
