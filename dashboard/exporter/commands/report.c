/* SPDX-License-Identifier: Apache-2.0
 *
 * report.c: `memscope report`: the same stages as export, with text at the end.
 */
#include "analyse/analysis.h"
#include "commands/commands.h"
#include "emit/findings.h"
#include "read/tree.h"

#include <errno.h>
#include <string.h>

static enum ms_status parse_top(const char *text, size_t *top, struct ms_error *error) {
  if (text == NULL)
    return MS_OK;
  char *end;
  errno = 0;
  unsigned long number = strtoul(text, &end, 10);
  if (end == text || *end != '\0' || text[0] == '-' || errno != 0)
    return ms_error_set(error, MS_E_USAGE, NULL, "--top needs a number, not '%s'", text);
  *top = number;
  return MS_OK;
}

static enum ms_status parse_view(const char *text, enum ms_findings_view *view, struct ms_error *error) {
  if (text == NULL || ms_findings_view_named(text, view))
    return MS_OK;
  return ms_error_set(error, MS_E_USAGE, NULL, "--by takes thread, site, type or leak, not '%s'", text);
}

enum ms_status ms_report_run(struct ms_arguments arguments, struct ms_error *error) {
  const char *directory, *top = NULL, *by = NULL, *sysroot = NULL;
  const struct ms_flag flags[] = {{"--by", &by, NULL}, {"--top", &top, NULL}, {"--sysroot", &sysroot, NULL}};
  struct ms_findings_style style = ms_findings_style_of_stdout();
  enum ms_status status = ms_arguments_parse(arguments, flags, sizeof flags / sizeof *flags, &directory, error);
  if (status == MS_OK && directory == NULL)
    status = ms_error_set(error, MS_E_USAGE, NULL, "report needs the directory of a run");
  if (status == MS_OK)
    status = parse_top(top, &style.top, error);
  if (status == MS_OK)
    status = parse_view(by, &style.view, error);
  if (status != MS_OK)
    return status;
  struct ms_run run = {.streams = {0}};
  double started = ms_analysis_now();
  status = ms_run_open(&run, directory, error);
  run.facts.sysroot = sysroot;
  if (status == MS_OK) {
    ms_damage_print(&run.damage, NULL);
    struct ms_analysis analysis = {0};
    ms_analysis_run(&analysis, &run, &ms_thresholds_default, started);
    ms_findings_print(stdout, &analysis, &style);
    ms_analysis_free(&analysis);
    struct ms_tree tree = {.arena = {0}};
    ms_tree_find(&tree, directory, run.facts.tree);
    if (tree.members.count > 0)
      putchar('\n');
    ms_tree_mention(stdout, &tree);
    ms_tree_free(&tree);
  }
  ms_run_free(&run);
  return status;
}
