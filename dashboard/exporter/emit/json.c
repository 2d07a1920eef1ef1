/* SPDX-License-Identifier: Apache-2.0
 *
 * json.c: the report's order of sections, and the insights.
 */
#include "emit/json.h"

void ms_json_report(FILE *out, const struct ms_analysis *analysis) {
  struct ms_json json = ms_json_to(out);
  ms_json_object(&json, NULL);
  ms_json_u64(&json, "schema_version", MS_REPORT_SCHEMA_VERSION);
  ms_json_object(&json, "generator");
  ms_json_text(&json, "name", "memscope");
  ms_json_text(&json, "version", MEMSCOPE_VERSION);
  ms_json_end_object(&json);
  ms_json_run(&json, analysis);
  ms_json_summary(&json, analysis);
  ms_json_threads(&json, analysis);
  ms_json_call_sites(&json, analysis);
  ms_json_stacks(&json, analysis);
  ms_json_types(&json, analysis);
  ms_json_leaks(&json, analysis);
  ms_json_timeline(&json, analysis);
  ms_json_resources(&json, analysis);
  ms_json_correlations(&json, analysis);
  ms_json_insights(&json, analysis);
  ms_json_diagnostics(&json, analysis);
  ms_json_end_object(&json);
}

static void index_or_null(struct ms_json *json, const char *key, uint32_t index) {
  if (index == MS_NONE)
    ms_json_null(json, key);
  else
    ms_json_u64(json, key, index);
}

void ms_json_insights(struct ms_json *json, const struct ms_analysis *analysis) {
  ms_json_array(json, "insights");
  for (size_t i = 0; i < analysis->insights.items.count; i++) {
    const struct ms_insight *insight = &analysis->insights.items.items[i];
    ms_json_object(json, NULL);
    ms_json_text(json, "kind", ms_insight_kind_names[insight->kind]);
    ms_json_text(json, "severity", ms_severity_names[insight->severity]);
    ms_json_text(json, "title", insight->title);
    ms_json_text(json, "detail", insight->detail);
    ms_json_text(json, "recommendation", insight->recommendation);
    index_or_null(json, "thread", insight->thread);
    index_or_null(json, "call_site", insight->site);
    if (insight->has_saving)
      ms_json_sum(json, "saving_bytes", insight->saving_bytes);
    else
      ms_json_null(json, "saving_bytes");
    ms_json_object(json, "evidence");
    for (unsigned e = 0; e < MS_EVIDENCE_MAX && insight->evidence[e].name != NULL; e++)
      ms_json_real(json, insight->evidence[e].name, insight->evidence[e].value);
    ms_json_end_object(json);
    ms_json_end_object(json);
  }
  ms_json_end_array(json);
}
