/* SPDX-License-Identifier: Apache-2.0
 *
 * text.c: a strict UTF-8 decoder and what is built on it.
 */
#include "support/text.h"

#include "support/memory.h"

#include <string.h>

#define REPLACEMENT 0xfffdu

static size_t invalid(uint32_t *character) {
  *character = REPLACEMENT;
  return 1;
}

size_t ms_text_decode(const char *text, uint32_t *character) {
  const unsigned char *at = (const unsigned char *)text;
  static const uint32_t smallest[5] = {0, 0, 0x80, 0x800, 0x10000};
  size_t length = at[0] < 0x80             ? 1
                  : (at[0] & 0xe0) == 0xc0 ? 2
                  : (at[0] & 0xf0) == 0xe0 ? 3
                  : (at[0] & 0xf8) == 0xf0 ? 4
                                           : 0;
  if (length == 0)
    return invalid(character);
  uint32_t value = length == 1 ? at[0] : at[0] & (0x7fu >> length);
  for (size_t i = 1; i < length; i++) {
    if ((at[i] & 0xc0) != 0x80)
      return invalid(character);
    value = value << 6 | (at[i] & 0x3fu);
  }
  if (value < smallest[length] || value > 0x10ffff || (value >= 0xd800 && value < 0xe000))
    return invalid(character);
  *character = value;
  return length;
}

void ms_text_print(FILE *out, const char *text) {
  while (*text != '\0') {
    uint32_t character;
    size_t length = ms_text_decode(text, &character);
    int broken = character == REPLACEMENT && length == 1;
    if (broken || character < 0x20 || (character >= 0x7f && character < 0xa0) || character == '\\')
      for (size_t i = 0; i < length; i++)
        fprintf(out, "\\x%02x", (unsigned char)text[i]);
    else
      fwrite(text, 1, length, out);
    text += length;
  }
}

char *ms_text_valid_utf8(const char *text) {
  char *copy = ms_memory_new(strlen(text) * 3 + 1, 1), *to = copy;
  while (*text != '\0') {
    uint32_t character;
    size_t length = ms_text_decode(text, &character);
    if (character == REPLACEMENT && length == 1) {
      memcpy(to, "\xef\xbf\xbd", 3);
      to += 3;
    } else {
      memcpy(to, text, length);
      to += length;
    }
    text += length;
  }
  return copy;
}
