/* SPDX-License-Identifier: Apache-2.0
 *
 * diagnostics.c: formatting into a buffer on the stack and one write(2), so that lines of threads do not mix.
 */
#define _GNU_SOURCE
#include "diagnostics.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "atomics.h"
#include "os.h"

#define WARNINGS_MAX 16

bool ms_debug;

static atomic_uint warnings;

static void print_line(const char *head, const char *format, va_list arguments) {
  char line[1024];
  int size = snprintf(line, sizeof line, "%s", head);
  size += vsnprintf(line + size, sizeof line - (size_t)size - 1, format, arguments);
  if ((size_t)size > sizeof line - 2)
    size = (int)sizeof line - 2;
  line[size++] = '\n';
  ms_os_print(line, (size_t)size);
}

void ms_warn(const char *format, ...) {
  if (ms_add_relaxed(&warnings, 1) >= WARNINGS_MAX) /* relaxed: only the count matters */
    return;
  va_list arguments;
  va_start(arguments, format);
  print_line("memscope: ", format, arguments);
  va_end(arguments);
}

void ms_debug_log(const char *format, ...) {
  char head[64];
  snprintf(head, sizeof head, "memscope[%u/%u]: ", ms_os_pid(), ms_os_tid());
  va_list arguments;
  va_start(arguments, format);
  print_line(head, format, arguments);
  va_end(arguments);
}
