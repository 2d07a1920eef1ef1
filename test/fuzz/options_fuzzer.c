/* SPDX-License-Identifier: Apache-2.0
 *
 * options_fuzzer.c: the text of MEMSCOPE_OPTIONS. Whatever it is, each option then has a value of its kind and range, and
 * what is said of it, given again, says the same.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "options.h"
#include "trace_input.h"

/* All options, as they are told. */
struct list {
  size_t length;
  char text[32 * MS_OPTION_TEXT_MAX];
};

static void append(const char *key, const char *value, bool given, void *context) {
  struct list *list = context;
  (void)given;
  list->length += (size_t)sprintf(list->text + list->length, "%s=%s:", key, value);
}

static void holds(void) {
  MUST(memchr(ms_options.output_dir, 0, sizeof ms_options.output_dir) != NULL);
  MUST(ms_options.track <= MS_TRACK_NONE && ms_options.compress <= MS_COMPRESS_ZSTD);
  MUST(ms_options.sampling_rate >= 0 && ms_options.sampling_rate <= 1);
  MUST(ms_options.stack_depth >= 1 && ms_options.stack_depth <= 512);
  MUST(ms_options.every <= 1000000 && ms_options.resources <= 1000);
}

int LLVMFuzzerTestOneInput(const uint8_t *input, size_t bytes) {
  static struct list first, second;
  char *text = malloc(bytes + 1);
  memcpy(text, input, bytes);
  text[bytes] = 0;
  ms_options_parse(text);
  holds();
  first.length = second.length = 0;
  ms_options_each(append, &first);
  ms_options_parse(first.text);
  ms_options_each(append, &second);
  MUST(strcmp(first.text, second.text) == 0);
  (void)ms_options_match(ms_options.threads, text);
  free(text);
  return 0;
}
