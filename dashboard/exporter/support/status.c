/* SPDX-License-Identifier: Apache-2.0
 *
 * status.c: formats the line for the user. Never allocates, so that it works when memory has run out.
 */
#include "support/status.h"

#include <stdarg.h>
#include <stdio.h>

enum ms_status ms_error_set(struct ms_error *error, enum ms_status status, const char *subject, const char *format,
                            ...) {
  size_t used = 0;
  if (subject != NULL) {
    int length = snprintf(error->text, sizeof error->text / 2, "%s", subject);
    used = length < 0 ? 0 : (size_t)length;
    if (used >= sizeof error->text / 2)
      used = sizeof error->text / 2 - 1;
    used += (size_t)snprintf(error->text + used, sizeof error->text - used, ": ");
  }
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(error->text + used, sizeof error->text - used, format, arguments);
  va_end(arguments);
  return status;
}
