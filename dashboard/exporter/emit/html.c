/* SPDX-License-Identifier: Apache-2.0
 *
 * html.c: reads the report back from its file, since it can be larger than what one wants in memory twice.
 */
#include "emit/html.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *escape_of(const char *at, size_t left, size_t *length) {
  *length = 1;
  switch (at[0]) {
  case '<':
    return "\\u003c";
  case '>':
    return "\\u003e";
  case '&':
    return "\\u0026";
  case '\xe2':
    *length = 3;
    return left < 3 || at[1] != '\x80' ? NULL : at[2] == '\xa8' ? "\\u2028" : at[2] == '\xa9' ? "\\u2029" : NULL;
  default:
    return NULL;
  }
}

void ms_html_escape(FILE *out, const char *json, size_t length) {
  size_t plain = 0;
  for (size_t at = 0; at < length;) {
    size_t escaped;
    const char *escape = escape_of(json + at, length - at, &escaped);
    if (escape == NULL) {
      at++;
      continue;
    }
    fwrite(json + plain, 1, at - plain, out);
    fputs(escape, out);
    plain = at += escaped;
  }
  fwrite(json + plain, 1, length - plain, out);
}

static enum ms_status copy_report(FILE *out, const char *report, struct ms_error *error) {
  struct stat facts;
  int descriptor = open(report, O_RDONLY | O_CLOEXEC);
  if (descriptor < 0 || fstat(descriptor, &facts) != 0 || facts.st_size == 0) {
    if (descriptor >= 0)
      close(descriptor);
    return ms_error_set(error, MS_E_ENVIRONMENT, report, "cannot be read back: %s", strerror(errno));
  }
  size_t length = (size_t)facts.st_size;
  char *json = mmap(NULL, length, PROT_READ, MAP_PRIVATE, descriptor, 0);
  close(descriptor);
  if (json == MAP_FAILED)
    return ms_error_set(error, MS_E_ENVIRONMENT, report, "cannot be mapped: %s", strerror(errno));
  ms_html_escape(out, json, length);
  munmap(json, length);
  return MS_OK;
}

enum ms_status ms_html_write(FILE *out, const char *report, struct ms_error *error) {
  const char *page = (const char *)memscope_page;
  const char *slot = memmem(page, memscope_page_bytes, MS_PAGE_SLOT, strlen(MS_PAGE_SLOT));
  if (slot == NULL)
    return ms_error_set(error, MS_E_ENVIRONMENT, NULL, "this memscope was built with a page that has no data slot");
  fwrite(page, 1, (size_t)(slot - page), out);
  enum ms_status status = copy_report(out, report, error);
  const char *rest = slot + strlen(MS_PAGE_SLOT);
  fwrite(rest, 1, (size_t)(page + memscope_page_bytes - rest), out);
  return status;
}
