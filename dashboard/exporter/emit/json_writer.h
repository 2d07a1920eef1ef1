/* SPDX-License-Identifier: Apache-2.0
 *
 * json_writer.h: writes JSON as it goes, for tables of any size. Commas and nesting are the writer's business.
 *
 * Texts may hold any bytes: what is no UTF-8 becomes U+FFFD, so that the output always parses. U+2028 and U+2029 are
 * escaped, since older JavaScript takes them for line ends. Write errors show in ferror(out).
 */
#ifndef MEMSCOPE_EXPORTER_JSON_WRITER_H
#define MEMSCOPE_EXPORTER_JSON_WRITER_H

#include "support/sum.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#define MS_JSON_DEPTH_MAX 32u

struct ms_json {
  FILE *out;
  unsigned depth;
  bool filled[MS_JSON_DEPTH_MAX]; /* the object or array at this depth has a member */
};

static inline struct ms_json ms_json_to(FILE *out) { return (struct ms_json){.out = out}; }

/** A value, or the beginning of one. In an object each follows a key; `key` NULL: an array's element or the root. */
void ms_json_object(struct ms_json *json, const char *key);
void ms_json_array(struct ms_json *json, const char *key);
void ms_json_end_object(struct ms_json *json);
void ms_json_end_array(struct ms_json *json);

void ms_json_text(struct ms_json *json, const char *key, const char *text); /* NULL: null */
void ms_json_u64(struct ms_json *json, const char *key, uint64_t number);
/** A total, rounded to a whole number. */
void ms_json_sum(struct ms_json *json, const char *key, ms_sum sum);
void ms_json_i64(struct ms_json *json, const char *key, int64_t number);
void ms_json_bool(struct ms_json *json, const char *key, bool value);
void ms_json_null(struct ms_json *json, const char *key);
/** A number with up to 12 significant digits; null where it is not finite: that is how "unavailable" is stored. */
void ms_json_real(struct ms_json *json, const char *key, double number);
/** The same with 5 digits, for points of a chart. */
void ms_json_point(struct ms_json *json, const char *key, double number);
/** A 64-bit id or address as "0x…". */
void ms_json_hex(struct ms_json *json, const char *key, uint64_t number);
/** JSON that is already written. */
void ms_json_raw(struct ms_json *json, const char *key, const char *text);

#endif
