/* SPDX-License-Identifier: Apache-2.0
 *
 * arguments.c: command lines of all subcommands by one set of rules: `--x V`, `--x=V`, `--` ends the options.
 */
#include "commands/commands.h"

#include <string.h>

static const struct ms_flag *find_flag(const char *argument, const struct ms_flag *flags, size_t flag_count) {
  size_t length = strcspn(argument, "=");
  for (size_t i = 0; i < flag_count; i++)
    if (strlen(flags[i].name) == length && strncmp(flags[i].name, argument, length) == 0)
      return &flags[i];
  return NULL;
}

static enum ms_status take_flag(struct ms_arguments arguments, int *at, const struct ms_flag *flag,
                                struct ms_error *error) {
  const char *argument = arguments.values[*at], *equals = strchr(argument, '=');
  if (flag->present != NULL)
    *flag->present = true;
  if (flag->value == NULL)
    return equals == NULL ? MS_OK : ms_error_set(error, MS_E_USAGE, NULL, "option %s takes no value", flag->name);
  if (equals != NULL)
    *flag->value = equals + 1;
  else if (*at + 1 < arguments.count)
    *flag->value = arguments.values[++*at];
  else
    return ms_error_set(error, MS_E_USAGE, NULL, "option %s needs a value", flag->name);
  return MS_OK;
}

bool ms_arguments_ask_help(struct ms_arguments arguments) {
  for (int at = 0; at < arguments.count && strcmp(arguments.values[at], "--") != 0; at++)
    if (strcmp(arguments.values[at], "--help") == 0 || strcmp(arguments.values[at], "-h") == 0)
      return true;
  return false;
}

enum ms_status ms_arguments_parse(struct ms_arguments arguments, const struct ms_flag *flags, size_t flag_count,
                                  const char **operand, struct ms_error *error) {
  bool options = true;
  *operand = NULL;
  for (int at = 0; at < arguments.count; at++) {
    const char *argument = arguments.values[at];
    if (options && strcmp(argument, "--") == 0) {
      options = false;
      continue;
    }
    if (!options || argument[0] != '-' || argument[1] == '\0') {
      if (*operand != NULL)
        return ms_error_set(error, MS_E_USAGE, NULL, "one argument too many: '%s'", argument);
      *operand = argument;
      continue;
    }
    const struct ms_flag *flag = find_flag(argument, flags, flag_count);
    if (flag == NULL)
      return ms_error_set(error, MS_E_USAGE, NULL, "unknown option '%s'", argument);
    enum ms_status status = take_flag(arguments, &at, flag, error);
    if (status != MS_OK)
      return status;
  }
  return MS_OK;
}
