/* SPDX-License-Identifier: Apache-2.0
 *
 * dump.c: `memscope dump`: read -> verify -> merge, then every event on a line of its own. No replay: what is printed
 * is what was recorded, so that other totals can be checked against it.
 */
#include "commands/commands.h"
#include "emit/events.h"
#include "merge/merge.h"

#include <sys/stat.h>

static enum ms_status dump_events(const struct ms_run *run, struct ms_event_printer *printer) {
  struct ms_merge merge;
  struct ms_event event;
  ms_event_printer_stacks(printer);
  ms_merge_start(&merge, run);
  while (ms_merge_next(&merge, &event))
    ms_event_printer_event(printer, &event);
  ms_merge_free(&merge);
  ms_event_printer_end(printer);
  return MS_OK;
}

/* A file that holds no events: its entries, one a line. */
static enum ms_status dump_other(const char *path, struct ms_error *error, bool *handled) {
  struct ms_trace_file file;
  enum ms_status status = ms_trace_file_open(&file, path, error);
  if (status != MS_OK)
    return status;
  *handled = file.header.kind != MS_FILE_THREAD;
  struct ms_damage_list damage = {.items = {0}};
  if (file.header.kind == MS_FILE_FREQUENCY)
    ms_events_print_frequency(stdout, &file, &damage);
  else if (*handled)
    ms_events_print_facts(stdout, &file, &damage);
  if (*handled && ms_damage_print(&damage, NULL) > 0)
    status = MS_E_INPUT; /* the line of the damage says it all */
  ms_damage_free(&damage);
  ms_trace_file_close(&file);
  return status;
}

enum ms_status ms_dump_run(struct ms_arguments arguments, struct ms_error *error) {
  bool json = false, stacks = false, handled = false;
  const char *path, *sysroot = NULL;
  const struct ms_flag flags[] = {{"--json", NULL, &json}, {"--stacks", NULL, &stacks}, {"--sysroot", &sysroot, NULL}};
  enum ms_status status = ms_arguments_parse(arguments, flags, sizeof flags / sizeof *flags, &path, error);
  if (status == MS_OK && path == NULL)
    status = ms_error_set(error, MS_E_USAGE, NULL, "dump needs a directory or a file");
  if (status != MS_OK)
    return status;
  struct stat facts;
  bool one_file = stat(path, &facts) == 0 && !S_ISDIR(facts.st_mode);
  if (one_file)
    status = dump_other(path, error, &handled);
  if (status != MS_OK || handled)
    return status;
  struct ms_run run = {.streams = {0}};
  status = one_file ? ms_run_open_file(&run, path, error) : ms_run_open(&run, path, error);
  run.facts.sysroot = sysroot;
  if (status == MS_OK) {
    /* One line: what is wrong with the file itself goes before what is missing beside it. */
    bool damaged = one_file && ms_damage_print(&run.damage, path) > 0;
    if (!damaged)
      ms_damage_print(&run.damage, NULL);
    struct ms_event_printer *printer = ms_event_printer_new(stdout, &run, json, stacks);
    status = dump_events(&run, printer);
    ms_event_printer_free(printer);
    if (status == MS_OK && damaged)
      status = MS_E_INPUT;
  }
  ms_run_free(&run);
  return status;
}
