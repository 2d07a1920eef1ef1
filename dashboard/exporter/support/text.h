/* SPDX-License-Identifier: Apache-2.0
 *
 * text.h: text that comes from a trace and goes to a terminal or a report: its bytes can be anything.
 */
#ifndef MEMSCOPE_EXPORTER_TEXT_H
#define MEMSCOPE_EXPORTER_TEXT_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/** Decodes the character at `text` (not at its end). Returns its bytes, with *character the code point; 1 and U+FFFD
 *  where the bytes are no UTF-8 (overlong forms and surrogates included). */
size_t ms_text_decode(const char *text, uint32_t *character);

/** Writes `text` so that it stays on one line and cannot steer a terminal: control characters, backslashes and bytes
 *  that are no UTF-8 appear as \xNN. */
void ms_text_print(FILE *out, const char *text);

/** Returns a copy in which invalid UTF-8 is replaced by U+FFFD; the caller frees it. */
char *ms_text_valid_utf8(const char *text) __attribute__((returns_nonnull));

#endif
