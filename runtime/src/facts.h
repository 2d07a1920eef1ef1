/* SPDX-License-Identifier: Apache-2.0
 *
 * facts.h: builds one fact record (docs/trace-format.md, section 5) and appends it with one write(2), so that records
 * of several threads never mix and each is whole or recognisably torn. Off the hot path. Any thread, each with its own
 * struct ms_fact.
 */
#ifndef MS_FACTS_H
#define MS_FACTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "memscope/trace_format.h"

/** A record being built. Small ones live in the struct, larger ones in a mapping of their own. */
struct ms_fact {
  uint8_t *bytes;
  size_t size, capacity;
  bool failed; /* memory was refused: ms_fact_append writes nothing */
  uint8_t inside[1024];
};

void ms_fact_begin(struct ms_fact *fact, enum ms_fact_kind kind);
void ms_fact_u8(struct ms_fact *fact, uint8_t value);
void ms_fact_u32(struct ms_fact *fact, uint32_t value);
void ms_fact_u64(struct ms_fact *fact, uint64_t value);
void ms_fact_varint(struct ms_fact *fact, uint64_t value);
void ms_fact_bytes(struct ms_fact *fact, const void *data, size_t bytes);
/** Adds a text; NULL is the empty text. */
void ms_fact_text(struct ms_fact *fact, const char *text);
void ms_fact_text_bytes(struct ms_fact *fact, const void *text, size_t bytes);

/** Releases the record without writing it. */
void ms_fact_discard(struct ms_fact *fact);

/** Completes the record and adds it to another one's bytes, to be written together; releases it. */
void ms_fact_move(struct ms_fact *fact, struct ms_fact *batch);

/** Completes the record, appends it to the file and releases it. @return 0 or a negative errno. */
int ms_fact_append(struct ms_fact *fact, const char *path);

#endif
