/* SPDX-License-Identifier: Apache-2.0
 *
 * main.c: the memscope command. Finds the subcommand, runs it, prints the one line of an error, returns the exit code.
 *
 * Exit codes, but for `run`, whose code is the program's: 0 good, 1 wrong command line, 2 input that is no usable
 * trace, 3 the machine refused (support/status.h).
 */
#include "commands/commands.h"
#include "support/text.h"

#include <stdio.h>
#include <string.h>

static enum ms_status run(int argc, char **argv, struct ms_error *error) {
  if (argc < 2) {
    ms_help_print(stderr, NULL);
    return ms_error_set(error, MS_E_USAGE, NULL, "no command given");
  }
  const char *name = argv[1];
  struct ms_arguments arguments = {.count = argc - 2, .values = argv + 2};
  /* What follows a program is the program's. */
  struct ms_arguments own = strcmp(name, "run") == 0 ? ms_run_own(arguments) : arguments;
  if (ms_arguments_ask_help(own) && ms_help_print(stdout, name))
    return MS_OK;
  if (strcmp(name, "export") == 0)
    return ms_export_run(arguments, error);
  if (strcmp(name, "dump") == 0)
    return ms_dump_run(arguments, error);
  if (strcmp(name, "report") == 0)
    return ms_report_run(arguments, error);
  if (strcmp(name, "run") == 0)
    return ms_run_run(arguments, error);
  if (strcmp(name, "help") == 0 || strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0)
    return ms_help_run(arguments, error);
  if (strcmp(name, "--version") == 0 || strcmp(name, "version") == 0) {
    printf("memscope %s\n", MEMSCOPE_VERSION);
    return MS_OK;
  }
  return ms_error_set(error, MS_E_USAGE, NULL, "unknown command '%s'", name);
}

int main(int argc, char **argv) {
  struct ms_error error = {{0}};
  enum ms_status status = run(argc, argv, &error);
  if (status == MS_OK && (fflush(stdout) != 0 || ferror(stdout)))
    status = ms_error_set(&error, MS_E_ENVIRONMENT, "standard output", "cannot be written");
  if (error.text[0] != '\0') {
    fputs("memscope: ", stderr);
    ms_text_print(stderr, error.text);
    fputs(status == MS_E_USAGE ? " (see `memscope help`)\n" : "\n", stderr);
  }
  return (int)status;
}
