/* SPDX-License-Identifier: Apache-2.0
 *
 * json.h: the comprehensive report. docs/report-format.md is its contract; the sections are written by one file each
 * group: json_run.c, json_threads.c, json_heap.c, json_series.c.
 */
#ifndef MEMSCOPE_EXPORTER_EMIT_JSON_H
#define MEMSCOPE_EXPORTER_EMIT_JSON_H

#include "analyse/analysis.h"
#include "emit/json_writer.h"

#define MS_REPORT_SCHEMA_VERSION 1u

/** Writes the whole report. */
void ms_json_report(FILE *out, const struct ms_analysis *analysis);

/* Sections, each with its key. json_run.c builds its own with cJSON, since they are small trees. */
void ms_json_run(struct ms_json *json, const struct ms_analysis *analysis);
void ms_json_summary(struct ms_json *json, const struct ms_analysis *analysis);
void ms_json_diagnostics(struct ms_json *json, const struct ms_analysis *analysis);
void ms_json_threads(struct ms_json *json, const struct ms_analysis *analysis);
void ms_json_call_sites(struct ms_json *json, const struct ms_analysis *analysis);
void ms_json_stacks(struct ms_json *json, const struct ms_analysis *analysis);
void ms_json_types(struct ms_json *json, const struct ms_analysis *analysis);
void ms_json_leaks(struct ms_json *json, const struct ms_analysis *analysis);
void ms_json_timeline(struct ms_json *json, const struct ms_analysis *analysis);
void ms_json_resources(struct ms_json *json, const struct ms_analysis *analysis);
void ms_json_correlations(struct ms_json *json, const struct ms_analysis *analysis);
void ms_json_insights(struct ms_json *json, const struct ms_analysis *analysis);

/** Names of the reasons in an enum ms_drop_reason set, one bit each; NULL for a bit without a name. */
const char *ms_json_drop_reason(unsigned bit);

#endif
