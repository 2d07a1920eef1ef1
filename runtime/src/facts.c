/* SPDX-License-Identifier: Apache-2.0
 *
 * facts.c: the growing buffer of a fact, its checksum and its one write.
 */
#include "facts.h"

#include <errno.h>
#include <string.h>

#include "crc32c.h"
#include "os.h"
#include "varint.h"

static bool make_room(struct ms_fact *fact, size_t bytes) {
  if (fact->failed || fact->capacity - fact->size >= bytes)
    return !fact->failed;
  size_t capacity = fact->capacity * 2;
  while (capacity - fact->size < bytes)
    capacity *= 2;
  uint8_t *larger = ms_os_map(capacity);
  if (!larger) {
    fact->failed = true;
    return false;
  }
  memcpy(larger, fact->bytes, fact->size);
  if (fact->bytes != fact->inside)
    ms_os_unmap(fact->bytes, fact->capacity);
  fact->bytes = larger;
  fact->capacity = capacity;
  return true;
}

void ms_fact_begin(struct ms_fact *fact, enum ms_fact_kind kind) {
  fact->bytes = fact->inside;
  fact->capacity = sizeof fact->inside;
  fact->failed = false;
  fact->size = sizeof(struct ms_fact_header);
  struct ms_fact_header header = {.kind = kind};
  memcpy(fact->bytes, &header, sizeof header);
}

void ms_fact_bytes(struct ms_fact *fact, const void *data, size_t bytes) {
  if (bytes > 0 && make_room(fact, bytes)) {
    memcpy(fact->bytes + fact->size, data, bytes);
    fact->size += bytes;
  }
}

void ms_fact_u8(struct ms_fact *fact, uint8_t value) { ms_fact_bytes(fact, &value, sizeof value); }
void ms_fact_u32(struct ms_fact *fact, uint32_t value) { ms_fact_bytes(fact, &value, sizeof value); }
void ms_fact_u64(struct ms_fact *fact, uint64_t value) { ms_fact_bytes(fact, &value, sizeof value); }

void ms_fact_varint(struct ms_fact *fact, uint64_t value) {
  uint8_t bytes[MS_VARINT_MAX];
  ms_fact_bytes(fact, bytes, (size_t)(ms_varint_put(bytes, value) - bytes));
}

void ms_fact_text_bytes(struct ms_fact *fact, const void *text, size_t bytes) {
  ms_fact_u32(fact, (uint32_t)bytes);
  ms_fact_bytes(fact, text, bytes);
}

void ms_fact_text(struct ms_fact *fact, const char *text) { ms_fact_text_bytes(fact, text, text ? strlen(text) : 0); }

void ms_fact_discard(struct ms_fact *fact) {
  if (fact->bytes != fact->inside)
    ms_os_unmap(fact->bytes, fact->capacity);
}

static void seal(struct ms_fact *fact) {
  struct ms_fact_header header;
  memcpy(&header, fact->bytes, sizeof header);
  header.payload_bytes = (uint32_t)(fact->size - sizeof header);
  header.checksum = ms_crc32c(fact->bytes + sizeof header, header.payload_bytes);
  header.header_check = header.kind ^ header.payload_bytes ^ header.checksum ^ MS_FACT_CHECK;
  memcpy(fact->bytes, &header, sizeof header);
}

void ms_fact_move(struct ms_fact *fact, struct ms_fact *batch) {
  seal(fact);
  batch->failed |= fact->failed;
  ms_fact_bytes(batch, fact->bytes, fact->size);
  ms_fact_discard(fact);
}

int ms_fact_append(struct ms_fact *fact, const char *path) {
  int error = -ENOMEM; /* the only reason to have failed so far */
  if (!fact->failed) {
    seal(fact);
    error = ms_os_append(path, fact->bytes, fact->size);
  }
  ms_fact_discard(fact);
  return error;
}
