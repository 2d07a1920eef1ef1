/* SPDX-License-Identifier: Apache-2.0
 *
 * proc_text.h: reads numbers out of the text files of /proc. Pure functions on zero-terminated text; no locale, no
 * errno.
 */
#ifndef MS_RESOURCES_PROC_TEXT_H
#define MS_RESOURCES_PROC_TEXT_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/** Skips to the next digit of the line and reads a number. @return false at the end of the line. */
static inline bool ms_proc_number(const char **at, uint64_t *value) {
  const char *text = *at;
  while (*text && *text != '\n' && (*text < '0' || *text > '9'))
    text++;
  *at = text;
  if (*text < '0' || *text > '9')
    return false;
  for (*value = 0; *text >= '0' && *text <= '9'; text++)
    *value = *value * 10 + (uint64_t)(*text - '0');
  *at = text;
  return true;
}

/** Finds "key:" at the beginning of a line and reads the number behind it. */
static inline bool ms_proc_find(const char *text, const char *key, uint64_t *value) {
  size_t length = strlen(key);
  for (const char *line = text; line; line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL)
    if (strncmp(line, key, length) == 0 && line[length] == ':') {
      const char *at = line + length + 1;
      return ms_proc_number(&at, value);
    }
  return false;
}

#endif
