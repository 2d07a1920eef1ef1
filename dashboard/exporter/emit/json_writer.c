/* SPDX-License-Identifier: Apache-2.0
 *
 * json_writer.c: see json_writer.h.
 */
#include "emit/json_writer.h"

#include "support/text.h"

#include <assert.h>
#include <inttypes.h>
#include <math.h>

static void write_text(FILE *out, const char *text) {
  putc('"', out);
  while (*text != '\0') {
    uint32_t character;
    size_t length = ms_text_decode(text, &character);
    if (character == '"' || character == '\\')
      fprintf(out, "\\%c", (int)character);
    else if (character < 0x20 || character == 0x7f || character == 0x2028 || character == 0x2029)
      fprintf(out, "\\u%04" PRIx32, character);
    else if (character == 0xfffd)
      fputs("\xef\xbf\xbd", out);
    else
      fwrite(text, 1, length, out);
    text += length;
  }
  putc('"', out);
}

static void begin_value(struct ms_json *json, const char *key) {
  if (json->depth > 0) {
    if (json->filled[json->depth - 1])
      putc(',', json->out);
    json->filled[json->depth - 1] = true;
  }
  if (key == NULL)
    return;
  write_text(json->out, key);
  putc(':', json->out);
}

static void open_level(struct ms_json *json, const char *key, char bracket) {
  begin_value(json, key);
  putc(bracket, json->out);
  assert(json->depth < MS_JSON_DEPTH_MAX);
  json->filled[json->depth++] = false;
}

static void close_level(struct ms_json *json, char bracket) {
  assert(json->depth > 0);
  json->depth--;
  putc(bracket, json->out);
  if (json->depth == 0)
    putc('\n', json->out);
}

void ms_json_object(struct ms_json *json, const char *key) { open_level(json, key, '{'); }
void ms_json_array(struct ms_json *json, const char *key) { open_level(json, key, '['); }
void ms_json_end_object(struct ms_json *json) { close_level(json, '}'); }
void ms_json_end_array(struct ms_json *json) { close_level(json, ']'); }

void ms_json_raw(struct ms_json *json, const char *key, const char *text) {
  begin_value(json, key);
  fputs(text, json->out);
}

void ms_json_null(struct ms_json *json, const char *key) { ms_json_raw(json, key, "null"); }
void ms_json_bool(struct ms_json *json, const char *key, bool value) {
  ms_json_raw(json, key, value ? "true" : "false");
}

void ms_json_text(struct ms_json *json, const char *key, const char *text) {
  if (text == NULL) {
    ms_json_null(json, key);
    return;
  }
  begin_value(json, key);
  write_text(json->out, text);
}

void ms_json_u64(struct ms_json *json, const char *key, uint64_t number) {
  begin_value(json, key);
  fprintf(json->out, "%" PRIu64, number);
}

void ms_json_sum(struct ms_json *json, const char *key, ms_sum sum) {
  begin_value(json, key);
  fprintf(json->out, "%.0f", ms_sum_whole(sum));
}

void ms_json_i64(struct ms_json *json, const char *key, int64_t number) {
  begin_value(json, key);
  fprintf(json->out, "%" PRId64, number);
}

static void write_real(struct ms_json *json, const char *key, int digits, double number) {
  if (!isfinite(number)) {
    ms_json_null(json, key);
    return;
  }
  begin_value(json, key);
  fprintf(json->out, "%.*g", digits, number);
}

void ms_json_real(struct ms_json *json, const char *key, double number) { write_real(json, key, 12, number); }
void ms_json_point(struct ms_json *json, const char *key, double number) { write_real(json, key, 5, number); }

void ms_json_hex(struct ms_json *json, const char *key, uint64_t number) {
  begin_value(json, key);
  fprintf(json->out, "\"0x%" PRIx64 "\"", number);
}
