/* SPDX-License-Identifier: Apache-2.0
 *
 * options.c: one table from options.def drives parsing, defaults, ranges and help. Called from the constructor and the
 * session's start only. Nothing here can fail: a bad option is named on stderr and its default stays.
 */
#define _GNU_SOURCE
#include "options.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "diagnostics.h"
#include "os.h"

enum kind { TEXT, CHOICE, BOOL, UNSIGNED, REAL, BYTES };

struct row {
  const char *key, *preset, *choices, *help;
  enum kind kind;
  double low, high;
  size_t offset;
  bool *given;
};

struct ms_options ms_options;

static struct {
#define MS_OPTION(kind, key, default, low, high, help) bool key;
#include "options.def"
#undef MS_OPTION
} given;

#define CHOICES_TEXT(low) NULL
#define CHOICES_CHOICE(low) low
#define CHOICES_BOOL(low) NULL
#define CHOICES_UNSIGNED(low) NULL
#define CHOICES_REAL(low) NULL
#define CHOICES_BYTES(low) NULL
#define LOW_TEXT(low) 0
#define LOW_CHOICE(low) 0
#define LOW_BOOL(low) low
#define LOW_UNSIGNED(low) low
#define LOW_REAL(low) low
#define LOW_BYTES(low) 0
#define PRESET_TEXT(preset) preset
#define PRESET_CHOICE(preset) preset
#define PRESET_BOOL(preset) #preset
#define PRESET_UNSIGNED(preset) #preset
#define PRESET_REAL(preset) #preset
#define PRESET_BYTES(preset) #preset

static const struct row rows[] = {
#define MS_OPTION(kind, key, preset, low, high, help)                                                                  \
  {#key,                                                                                                               \
   PRESET_##kind(preset),                                                                                              \
   CHOICES_##kind(low),                                                                                                \
   help,                                                                                                               \
   kind,                                                                                                               \
   LOW_##kind(low),                                                                                                    \
   high,                                                                                                               \
   offsetof(struct ms_options, key),                                                                                   \
   &given.key},
#include "options.def"
#undef MS_OPTION
};
#define ROWS (sizeof rows / sizeof rows[0])

static void *field(const struct row *row) { return (char *)&ms_options + row->offset; }

/* The index of `value` in "a|b|c", or -1. */
static int find_choice(const char *choices, const char *value) {
  size_t length = strlen(value);
  int index = 0;
  for (const char *at = choices; at; at = strchr(at, '|') ? strchr(at, '|') + 1 : NULL, index++)
    if (length > 0 && strncmp(at, value, length) == 0 && (at[length] == '|' || at[length] == 0))
      return index;
  return -1;
}

static bool parse_number(const char *value, double *out) {
  char *end;
  int saved_errno = errno;
  *out = strtod(value, &end);
  errno = saved_errno;
  return end != value && *end == 0 && *out - *out == 0; /* neither infinite nor NaN */
}

static bool parse_bytes(const char *value, uint64_t *out) {
  char *end;
  int saved_errno = errno;
  errno = 0;
  unsigned long long number = strtoull(value, &end, 10);
  bool good = errno == 0 && end != value && value[0] != '-';
  errno = saved_errno;
  static const char units[] = "KMG";
  unsigned shift = 0;
  if (good && *end) {
    const char *unit = strchr(units, *end);
    good = unit && end[1] == 0;
    shift = good ? 10u * (unsigned)(unit - units + 1) : 0;
  }
  *out = number << shift;
  return good && (*out >> shift) == number;
}

/* Stores a value; false leaves the option as it was. */
static bool store(const struct row *row, const char *value) {
  double number = 0;
  uint64_t bytes = 0;
  int choice;
  switch (row->kind) {
  case TEXT:
    if (strlen(value) >= MS_OPTION_TEXT_MAX)
      return false;
    strcpy(field(row), value);
    return true;
  case CHOICE:
    choice = find_choice(row->choices, value);
    if (choice >= 0)
      *(unsigned *)field(row) = (unsigned)choice;
    return choice >= 0;
  case BYTES:
    if (!parse_bytes(value, &bytes))
      return false;
    *(uint64_t *)field(row) = bytes;
    return true;
  case BOOL:
  case UNSIGNED:
  case REAL:
    break;
  }
  if (!parse_number(value, &number) || number < row->low || number > row->high)
    return false;
  if (row->kind == REAL)
    *(double *)field(row) = number;
  else if (number != (double)(unsigned)number)
    return false;
  else if (row->kind == BOOL)
    *(bool *)field(row) = number != 0;
  else
    *(unsigned *)field(row) = (unsigned)number;
  return true;
}

static void set_option(char *assignment) {
  char *value = strchr(assignment, '=');
  if (value)
    *value++ = 0;
  for (size_t i = 0; i < ROWS; i++)
    if (strcmp(rows[i].key, assignment) == 0) {
      if (value && store(&rows[i], value))
        *rows[i].given = true;
      else
        ms_warn("MEMSCOPE_OPTIONS: bad value '%s' of option '%s', using %s", value ? value : "", assignment,
                rows[i].preset);
      return;
    }
  ms_warn("MEMSCOPE_OPTIONS: unknown option '%s' ignored (help=1 lists them)", assignment);
}

void ms_options_parse(const char *list) {
  for (size_t i = 0; i < ROWS; i++) {
    store(&rows[i], rows[i].preset);
    *rows[i].given = false;
  }
  char assignment[2 * MS_OPTION_TEXT_MAX];
  while (list && *list) {
    size_t length = strcspn(list, ":");
    if (length >= sizeof assignment) {
      ms_warn("MEMSCOPE_OPTIONS: an option of %zu characters is too long, ignored", length);
    } else if (length > 0) {
      memcpy(assignment, list, length);
      assignment[length] = 0;
      set_option(assignment);
    }
    list += length + (list[length] == ':');
  }
}

static void print_help(void) {
  char line[512];
  for (size_t i = 0; i < ROWS; i++) {
    snprintf(line, sizeof line, "  %s=%s%s%s", rows[i].key, rows[i].preset, rows[i].choices ? "  of " : "",
             rows[i].choices ? rows[i].choices : "");
    ms_warn("%-40s %s", line, rows[i].help);
  }
}

void ms_options_start(void) {
  bool trusted = !ms_os_privileged();
  const char *list = trusted ? getenv("MEMSCOPE_OPTIONS") : NULL, *debug = trusted ? getenv("MEMSCOPE_DEBUG") : NULL;
  ms_debug = debug && debug[0] && strcmp(debug, "0") != 0;
  ms_options_parse(list);
  /* A run's directory would be its user's choice, who owns what is around it: files would be written there with rights
   * that the user has not. */
  if (!trusted)
    ms_options.track = MS_TRACK_NONE;
  if (ms_options.help)
    print_help();
}

void ms_options_each(void (*visit)(const char *key, const char *value, bool given, void *), void *context) {
  char text[64];
  for (size_t i = 0; i < ROWS; i++) {
    const struct row *row = &rows[i];
    const char *value = text;
    switch (row->kind) {
    case TEXT:
      value = field(row);
      break;
    case CHOICE: {
      const char *at = row->choices;
      for (unsigned skip = *(unsigned *)field(row); skip > 0; skip--)
        at = strchr(at, '|') + 1;
      snprintf(text, sizeof text, "%.*s", (int)strcspn(at, "|"), at);
      break;
    }
    case BOOL:
      snprintf(text, sizeof text, "%d", *(bool *)field(row));
      break;
    case UNSIGNED:
      snprintf(text, sizeof text, "%u", *(unsigned *)field(row));
      break;
    case REAL:
      snprintf(text, sizeof text, "%g", *(double *)field(row));
      break;
    case BYTES:
      snprintf(text, sizeof text, "%llu", (unsigned long long)*(uint64_t *)field(row));
      break;
    }
    visit(row->key, value, *row->given, context);
  }
}

bool ms_options_match(const char *pattern, const char *name) {
  const char *star = NULL, *retry = NULL;
  while (*name)
    if (*pattern == '*') {
      star = ++pattern;
      retry = name;
    } else if (*pattern == '?' || *pattern == *name) {
      pattern++, name++;
    } else if (star) {
      pattern = star, name = ++retry;
    } else {
      return false;
    }
  while (*pattern == '*')
    pattern++;
  return *pattern == 0;
}
