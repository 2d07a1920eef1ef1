/* SPDX-License-Identifier: Apache-2.0
 *
 * cursor_test.c: reading stays inside its bytes, whatever they say.
 */
#include "check.h"
#include "read/cursor.h"

static void numbers_are_little_endian(void) {
  static const uint8_t bytes[] = {0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08, 0xff, 0x34, 0x12};
  struct ms_cursor cursor = ms_cursor_over(bytes, sizeof bytes);
  CHECK(ms_cursor_u64(&cursor) == 0x0807060504030201u);
  CHECK(ms_cursor_u8(&cursor) == 0xff);
  CHECK(ms_cursor_u16(&cursor) == 0x1234);
  CHECK(!cursor.failed && ms_cursor_left(&cursor) == 0);
}

static void reading_beyond_the_end_fails_for_good(void) {
  static const uint8_t bytes[] = {1, 2, 3};
  struct ms_cursor cursor = ms_cursor_over(bytes, sizeof bytes);
  CHECK(ms_cursor_u32(&cursor) == 0 && cursor.failed);
  CHECK(ms_cursor_u8(&cursor) == 0 && cursor.failed);
  CHECK(ms_cursor_bytes(&cursor, 0) == NULL);
}

static void varints_of_every_length(void) {
  static const uint8_t bytes[] = {0x00, 0x7f, 0x80, 0x01, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01};
  struct ms_cursor cursor = ms_cursor_over(bytes, sizeof bytes);
  CHECK(ms_cursor_varint(&cursor) == 0);
  CHECK(ms_cursor_varint(&cursor) == 127);
  CHECK(ms_cursor_varint(&cursor) == 128);
  CHECK(ms_cursor_varint(&cursor) == UINT64_MAX);
  CHECK(!cursor.failed && ms_cursor_left(&cursor) == 0);
}

static void varints_too_long_or_too_large_fail(void) {
  static const uint8_t eleven[] = {0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01};
  static const uint8_t large[] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02};
  static const uint8_t cut[] = {0x80};
  struct ms_cursor cursor = ms_cursor_over(eleven, sizeof eleven);
  CHECK(ms_cursor_varint(&cursor) == 0 && cursor.failed);
  cursor = ms_cursor_over(large, sizeof large);
  CHECK(ms_cursor_varint(&cursor) == 0 && cursor.failed);
  cursor = ms_cursor_over(cut, sizeof cut);
  CHECK(ms_cursor_varint(&cursor) == 0 && cursor.failed);
}

static void zigzag_gives_back_signed_numbers(void) {
  CHECK(ms_cursor_unzigzag(0) == 0);
  CHECK((int64_t)ms_cursor_unzigzag(1) == -1);
  CHECK((int64_t)ms_cursor_unzigzag(4) == 2);
  CHECK((int64_t)ms_cursor_unzigzag(UINT64_MAX) == INT64_MIN);
}

static void texts_longer_than_the_rest_fail(void) {
  static const uint8_t bytes[] = {3, 0, 0, 0, 'a', 'b', 'c', 0xff, 0xff, 0xff, 0xff, 'd'};
  struct ms_cursor cursor = ms_cursor_over(bytes, sizeof bytes);
  size_t length;
  const char *text = ms_cursor_text(&cursor, &length);
  CHECK(text != NULL && length == 3 && memcmp(text, "abc", 3) == 0);
  CHECK(ms_cursor_text(&cursor, &length) == NULL && length == 0 && cursor.failed);
}

int main(void) {
  numbers_are_little_endian();
  reading_beyond_the_end_fails_for_good();
  varints_of_every_length();
  varints_too_long_or_too_large_fail();
  zigzag_gives_back_signed_numbers();
  texts_longer_than_the_rest_fail();
  return 0;
}
