/* SPDX-License-Identifier: Apache-2.0
 *
 * commands.h: the subcommands, and what they share: command lines.
 */
#ifndef MEMSCOPE_EXPORTER_COMMANDS_H
#define MEMSCOPE_EXPORTER_COMMANDS_H

#include "support/status.h"

#include <stdbool.h>
#include <stdio.h>

/** What follows the name of the subcommand. */
struct ms_arguments {
  int count;
  char **values;
};

/** An option of a subcommand: `--name VALUE`, `--name=VALUE`, or a plain `--name` where `value` is NULL. */
struct ms_flag {
  const char *name;   /* with the dashes */
  const char **value; /* where the value goes */
  bool *present;      /* set when given; may be NULL */
};

/** Sorts arguments into flags and at most one operand, which goes to *operand (NULL where there is none).
 *  @return MS_E_USAGE naming the argument that is unknown, lacks its value or is one too many. */
MS_MUST_CHECK enum ms_status ms_arguments_parse(struct ms_arguments arguments, const struct ms_flag *flags,
                                                size_t flag_count, const char **operand, struct ms_error *error);

/** Answers whether `--help` or `-h` stands among the arguments, before a `--`. */
bool ms_arguments_ask_help(struct ms_arguments arguments);

/** Each runs a subcommand to its end. Outputs are complete or absent when the status is not MS_OK. */
MS_MUST_CHECK enum ms_status ms_export_run(struct ms_arguments arguments, struct ms_error *error);
MS_MUST_CHECK enum ms_status ms_dump_run(struct ms_arguments arguments, struct ms_error *error);
MS_MUST_CHECK enum ms_status ms_report_run(struct ms_arguments arguments, struct ms_error *error);
/** Gives those of the arguments of `run` that are not the program and its own. */
struct ms_arguments ms_run_own(struct ms_arguments arguments);
/** Becomes the program; returns only when that is not tried. */
MS_MUST_CHECK enum ms_status ms_run_run(struct ms_arguments arguments, struct ms_error *error);
MS_MUST_CHECK enum ms_status ms_help_run(struct ms_arguments arguments, struct ms_error *error);

/** Prints the help of a subcommand, the overview for NULL. False where there is no such subcommand. */
bool ms_help_print(FILE *out, const char *command);

#endif
