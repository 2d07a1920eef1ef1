/* SPDX-License-Identifier: Apache-2.0
 *
 * help.c: the texts of `memscope help`.
 */
#include "commands/commands.h"

#include <string.h>

static const char overview[] =
    "memscope: a memory profiler; reads the trace that a program built with MemScope, or run by it, has left behind\n"
    "\n"
    "  memscope run [--all] PROGRAM ARGUMENTS...         run a program as it is, with its libraries recorded\n"
    "  memscope export DIR [--out DIR] [--prefix NAME]   write the JSON reports and the dashboard\n"
    "  memscope report DIR [--by VIEW] [--top N]         print the findings as text\n"
    "  memscope dump DIR|FILE [--json] [--stacks]        print every event\n"
    "  memscope help [COMMAND]                           explain a command, as --help behind it does\n"
    "  memscope --version\n"
    "\n"
    "DIR is the run's output directory, Memoryanalysis unless the program was told otherwise. With --sysroot ROOT,\n"
    "names and lines come from programs and libraries below ROOT: those of the machine that the program ran on.\n"
    "Exit codes: 0 good, 1 wrong command line, 2 no usable trace, 3 the machine refused.\n";

static const char export_text[] =
    "memscope export DIR [--out DIR] [--prefix NAME] [--children]\n"
    "\n"
    "Analyses a run and writes\n"
    "  NAME_comprehensive.json       everything (docs/report-format.md)\n"
    "  NAME_resource_rankings.json   threads ranked by memory, CPU, I/O, efficiency, allocation rate\n"
    "  NAME_dashboard.html           one page that shows it, no network needed\n"
    "and prints their paths, the page's last.\n"
    "\n"
    "  --out DIR       where to write; made if missing. Default: the run's directory\n"
    "  --prefix NAME   default: memscope\n"
    "  --children      the other processes of the run, too, each with its DIR.PID: as NAME.PID, a line each\n"
    "  --sysroot ROOT  where to look for programs and libraries first\n"
    "\n"
    "A damaged file loses only what is damaged: it is named on stderr, the rest is exported, the exit code is 0.\n";

static const char report_text[] =
    "memscope report DIR [--by VIEW] [--top N]\n"
    "\n"
    "Prints the findings of a run as text: summary, threads, call sites, leaks, types, "
    "insights, diagnostics.\n"
    "Of a sampled run the totals are estimated; two lines on top say from what, with one\n"
    "standard error, and what was counted exactly.\n"
    "\n"
    "  --by VIEW   one of the tables alone: thread, site, type or leak\n"
    "  --top N     lines per table, 0 for all. Default: 10\n"
    "  --sysroot ROOT   where to look for programs and libraries first\n";

static const char dump_text[] =
    "memscope dump DIR|FILE [--json] [--stacks]\n"
    "\n"
    "Prints every event, one a line; for a directory the events of all threads in time order. FILE can be any file of\n"
    "a run. Lines begin with nanoseconds since the run's start:\n"
    "  TIME tid=N alloc addr=0xA size=N stack=ID callee=malloc function=F at FILE:LINE:COLUMN\n"
    "  TIME tid=N free addr=0xA stack=ID callee=free function=F at FILE:LINE:COLUMN\n"
    "alloc and free carry `align=N`, `weight=W`, `scope=NAME` where they apply, and `realloc` on both halves of one;\n"
    "callee, function and place stand there when the call site is known. Others:\n"
    "  TIME tid=N thread-start|thread-end FIELD=N...     TIME tid=N thread-name NAME     TIME tid=N scope NAME\n"
    "  TIME tid=N mark TEXT     TIME tid=N phase-enter NAME     TIME tid=N phase-exit\n"
    "  TIME tid=N sampling rate=R|sample_bytes=N\n"
    "The last line is `total allocations=N deallocations=M events=N`. Control characters inside a name appear as "
    "\\xNN.\n"
    "\n"
    "  --stacks   print the call stacks first: `tid=N stack id=ID site=N frames=N`, then a line a frame\n"
    "  --json     one JSON object a line, with raw ids and addresses as strings; includes the stacks\n"
    "  --sysroot ROOT   where to look for programs and libraries first\n"
    "\n"
    "Damage is named on stderr. For a single damaged file the exit code is 2.\n";

static const char run_text[] =
    "memscope run [--all] [--out DIR] [--] PROGRAM ARGUMENTS...\n"
    "\n"
    "Runs a program with its allocator watched, so that what libraries allocate is recorded, too, and programs that\n"
    "were not built with MemScope can be. Which threads are recorded is for the program's annotations and\n"
    "MEMSCOPE_OPTIONS to say, as ever. The exit code is the program's.\n"
    "\n"
    "  --all       record all threads: the whole program\n"
    "  --out DIR   the run's directory. Default: what MEMSCOPE_OPTIONS says, else Memoryanalysis\n"
    "\n"
    "Processes that the program starts are recorded into DIR.PID. What is linked statically, set-user-id programs and\n"
    "programs with a malloc of their own cannot be watched, and are run as they are. 127: no such program.\n";

static const char help_text[] = "memscope help [COMMAND]\n"
                                "\n"
                                "Explains a command: run, export, report, dump.\n";

bool ms_help_print(FILE *out, const char *command) {
  static const struct {
    const char *name, *text;
  } texts[] = {
      {"export", export_text}, {"report", report_text}, {"dump", dump_text}, {"run", run_text}, {"help", help_text}};
  if (command == NULL) {
    fputs(overview, out);
    return true;
  }
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
    if (strcmp(texts[i].name, command) == 0) {
      fputs(texts[i].text, out);
      return true;
    }
  return false;
}

enum ms_status ms_help_run(struct ms_arguments arguments, struct ms_error *error) {
  const char *command;
  enum ms_status status = ms_arguments_parse(arguments, NULL, 0, &command, error);
  if (status == MS_OK && !ms_help_print(stdout, command))
    status = ms_error_set(error, MS_E_USAGE, NULL, "no command '%s' to explain", command);
  return status;
}
