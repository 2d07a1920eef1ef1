/* SPDX-License-Identifier: Apache-2.0
 *
 * html.h: the page: the template that the build embeds, with a report in its data slot.
 */
#ifndef MEMSCOPE_EXPORTER_HTML_H
#define MEMSCOPE_EXPORTER_HTML_H

#include "support/status.h"

#include <stddef.h>
#include <stdio.h>

/** The template; put into the tool by dashboard/CMakeLists.txt. */
extern const unsigned char memscope_page[];
extern const size_t memscope_page_bytes;

#define MS_PAGE_SLOT "__MEMSCOPE_REPORT__"

/** Writes the page with the report that stands in the file at `report`.
 *  @return MS_E_ENVIRONMENT where the report cannot be read back; a write error shows in ferror(out). */
MS_MUST_CHECK enum ms_status ms_html_write(FILE *out, const char *report, struct ms_error *error);

/** Copies JSON so that it can stand inside a script element: `<`, `>`, `&`, U+2028 and U+2029 become \uXXXX. These
 *  occur only inside texts of the JSON, where the escape means the same. */
void ms_html_escape(FILE *out, const char *json, size_t length);

#endif
