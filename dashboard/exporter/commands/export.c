/* SPDX-License-Identifier: Apache-2.0
 *
 * export.c: `memscope export`: read -> verify -> merge -> replay -> analyse -> emit.
 */
#include "analyse/analysis.h"
#include "commands/commands.h"
#include "emit/html.h"
#include "emit/json.h"
#include "emit/output.h"
#include "emit/rankings.h"
#include "read/tree.h"

#include <limits.h>
#include <string.h>

enum product { COMPREHENSIVE, RANKINGS, DASHBOARD, PRODUCTS };

static const char *const suffixes[PRODUCTS] = {
    [COMPREHENSIVE] = "comprehensive.json", [RANKINGS] = "resource_rankings.json", [DASHBOARD] = "dashboard.html"};

static enum ms_status write_product(enum product product, struct ms_output *outputs, const struct ms_analysis *analysis,
                                    struct ms_error *error) {
  FILE *out = outputs[product].file;
  enum ms_status status = MS_OK;
  if (product == COMPREHENSIVE)
    ms_json_report(out, analysis);
  else if (product == RANKINGS)
    ms_rankings_write(out, analysis);
  else
    status = ms_html_write(out, outputs[COMPREHENSIVE].temporary, error);
  return status == MS_OK ? ms_output_close(&outputs[product], error) : status;
}

/* All three are written before the first one takes its place: a full disk leaves the earlier export as it was. */
static enum ms_status write_products(const struct ms_analysis *analysis, const char *directory, const char *prefix,
                                     bool all_paths, struct ms_error *error) {
  struct ms_output outputs[PRODUCTS] = {{0}};
  struct ms_arena arena = {0};
  enum ms_status status = MS_OK;
  for (unsigned i = 0; status == MS_OK && i < PRODUCTS; i++) {
    status = ms_output_open(&outputs[i], &arena, directory, prefix, suffixes[i], error);
    if (status == MS_OK)
      status = write_product((enum product)i, outputs, analysis, error);
  }
  for (unsigned i = 0; status == MS_OK && i < PRODUCTS; i++)
    status = ms_output_publish(&outputs[i], error);
  for (unsigned i = all_paths ? 0 : DASHBOARD; status == MS_OK && i < PRODUCTS; i++)
    printf("%s\n", outputs[i].path);
  for (unsigned i = 0; i < PRODUCTS; i++)
    ms_output_discard(&outputs[i]);
  ms_arena_free(&arena);
  return status;
}

struct wishes {
  const char *out, *prefix, *sysroot;
};

/* @param tree receives the token of the run's tree; NULL: it is known. */
static enum ms_status export_run(const char *directory, const struct wishes *wishes, struct ms_tree *tree,
                                 struct ms_error *error) {
  struct ms_run run = {.streams = {0}};
  struct ms_analysis analysis = {0};
  const char *out = wishes->out == NULL ? directory : wishes->out;
  double started = ms_analysis_now();
  enum ms_status status = ms_run_open(&run, directory, error);
  run.facts.sysroot = wishes->sysroot;
  if (status == MS_OK) {
    ms_damage_print(&run.damage, NULL);
    status = ms_output_directory(out, error);
  }
  if (status == MS_OK) {
    ms_analysis_run(&analysis, &run, &ms_thresholds_default, started);
    status = write_products(&analysis, out, wishes->prefix, tree != NULL, error);
    ms_analysis_free(&analysis);
  }
  if (status == MS_OK && tree != NULL)
    ms_tree_find(tree, directory, run.facts.tree);
  ms_run_free(&run);
  return status;
}

/* One that cannot be read is named, as damage is; the others are exported. */
static enum ms_status export_member(const struct ms_tree_member *member, const struct wishes *wishes,
                                    struct ms_error *error) {
  char prefix[PATH_MAX];
  struct ms_error reason = {{0}};
  snprintf(prefix, sizeof prefix, "%s.%s", wishes->prefix, member->suffix);
  enum ms_status status =
      export_run(member->directory, &(struct wishes){wishes->out, prefix, wishes->sysroot}, NULL, &reason);
  if (status != MS_E_INPUT) {
    *error = reason;
    return status;
  }
  fprintf(stderr, "memscope: %s\n", reason.text);
  return MS_OK;
}

enum ms_status ms_export_run(struct ms_arguments arguments, struct ms_error *error) {
  const char *directory;
  bool children = false;
  struct wishes wishes = {.prefix = "memscope"};
  const struct ms_flag flags[] = {{"--out", &wishes.out, NULL},
                                  {"--prefix", &wishes.prefix, NULL},
                                  {"--sysroot", &wishes.sysroot, NULL},
                                  {"--children", NULL, &children}};
  enum ms_status status = ms_arguments_parse(arguments, flags, sizeof flags / sizeof *flags, &directory, error);
  if (status == MS_OK && directory == NULL)
    status = ms_error_set(error, MS_E_USAGE, NULL, "export needs the directory of a run");
  if (status == MS_OK && (wishes.prefix[0] == '\0' || strchr(wishes.prefix, '/') != NULL))
    status = ms_error_set(error, MS_E_USAGE, NULL, "--prefix must be a file name without '/', not '%s'", wishes.prefix);
  if (status != MS_OK)
    return status;
  struct ms_tree tree = {.arena = {0}};
  status = export_run(directory, &wishes, &tree, error);
  for (size_t i = 0; status == MS_OK && children && i < tree.members.count; i++)
    status = export_member(&tree.members.items[i], &wishes, error);
  if (status == MS_OK && !children)
    ms_tree_mention(stderr, &tree);
  ms_tree_free(&tree);
  return status;
}
