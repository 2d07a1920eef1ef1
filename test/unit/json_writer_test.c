/* SPDX-License-Identifier: Apache-2.0
 *
 * json_writer_test.c: what is written is JSON, whatever the texts and numbers are.
 */
#include "check.h"
#include "emit/json_writer.h"

#include <math.h>
#include <string.h>

static void expect(void (*write)(struct ms_json *), const char *expected) {
  char *text = NULL;
  size_t bytes = 0;
  FILE *out = open_memstream(&text, &bytes);
  struct ms_json json = ms_json_to(out);
  write(&json);
  fclose(out);
  if (strcmp(text, expected) != 0) {
    fprintf(stderr, "written:  %s\nexpected: %s\n", text, expected);
    exit(1);
  }
  free(text);
}

static void nested(struct ms_json *json) {
  ms_json_object(json, NULL);
  ms_json_u64(json, "a", 18446744073709551615u);
  ms_json_array(json, "b");
  ms_json_i64(json, NULL, -1);
  ms_json_object(json, NULL);
  ms_json_end_object(json);
  ms_json_array(json, NULL);
  ms_json_end_array(json);
  ms_json_end_array(json);
  ms_json_bool(json, "c", true);
  ms_json_hex(json, "d", 0xdeadbeef);
  ms_json_end_object(json);
}

static void texts(struct ms_json *json) {
  ms_json_array(json, NULL);
  ms_json_text(json, NULL, "quote \" back \\ tab \t bell \a");
  ms_json_text(json, NULL, "gr\xc3\xbc\xc3\x9f \xe4\xb8\xad \xf0\x9f\x94\xa5");
  ms_json_text(json, NULL, "line \xe2\x80\xa8 paragraph \xe2\x80\xa9");
  ms_json_text(json, NULL, NULL);
  ms_json_end_array(json);
}

/* A stray byte, a cut character, an overlong slash, half a surrogate pair. */
static void invalid_utf8(struct ms_json *json) {
  ms_json_array(json, NULL);
  ms_json_text(json, NULL,
               "a\xff"
               "b");
  ms_json_text(json, NULL, "a\xe2\x82");
  ms_json_text(json, NULL, "\xc0\xaf");
  ms_json_text(json, NULL, "\xed\xa0\x80");
  ms_json_end_array(json);
}

static void numbers(struct ms_json *json) {
  ms_json_array(json, NULL);
  ms_json_real(json, NULL, 0.5);
  ms_json_real(json, NULL, NAN);
  ms_json_real(json, NULL, INFINITY);
  ms_json_real(json, NULL, 123456789012.0);
  ms_json_point(json, NULL, 12.345678);
  ms_json_end_array(json);
}

#define FFFD "\xef\xbf\xbd"

int main(void) {
  expect(nested, "{\"a\":18446744073709551615,\"b\":[-1,{},[]],\"c\":true,\"d\":\"0xdeadbeef\"}\n");
  expect(texts,
         "[\"quote \\\" back \\\\ tab \\u0009 bell \\u0007\",\"gr\xc3\xbc\xc3\x9f \xe4\xb8\xad \xf0\x9f\x94\xa5\","
         "\"line \\u2028 paragraph \\u2029\",null]\n");
  expect(invalid_utf8, "[\"a" FFFD "b\",\"a" FFFD FFFD "\",\"" FFFD FFFD "\",\"" FFFD FFFD FFFD "\"]\n");
  expect(numbers, "[0.5,null,null,123456789012,12.346]\n");
  return 0;
}
