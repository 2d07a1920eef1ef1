/* SPDX-License-Identifier: Apache-2.0
 *
 * trace_file.h: one file of a run: its header, and the blocks of a thread file.
 *
 * What a block holds is record.h's business. Payloads point into the file's bytes, or, of a compressed block, into
 * memory of the reader, which the next block takes over.
 */
#ifndef MEMSCOPE_EXPORTER_TRACE_FILE_H
#define MEMSCOPE_EXPORTER_TRACE_FILE_H

#include "memscope/trace_format.h"
#include "read/cursor.h"
#include "read/damage.h"
#include "support/status.h"

struct ms_trace_file {
  char *path;           /* as given, owned */
  const char *name;     /* last part of the path */
  const uint8_t *bytes; /* NULL for an empty file */
  size_t size;
  bool mapped; /* else read */
  struct ms_file_header header;
  struct ms_thread_file thread; /* meaningful when header.kind is MS_FILE_THREAD */
};

/** Opens a file and checks its header.
 *  @return MS_OK; MS_E_INPUT where it cannot be read, is no trace, or is of another version (the error names both);
 *  the file is closed then. */
MS_MUST_CHECK enum ms_status ms_trace_file_open(struct ms_trace_file *file, const char *path, struct ms_error *error);
void ms_trace_file_close(struct ms_trace_file *file);

/** Where the content behind the header begins; within the file. */
struct ms_cursor ms_trace_file_content(const struct ms_trace_file *file);

struct ms_block {
  uint64_t offset;        /* of what is stored of it behind its header, in the file */
  const uint8_t *payload; /* records; until the next block is asked for */
  uint32_t payload_bytes;
  uint32_t stored_bytes; /* on file; less than payload_bytes where it is compressed */
  uint32_t sequence;
  uint32_t event_count; /* as the writer counted; 0 in the tail */
  uint64_t base_ticks, base_address;
  bool compressed; /* its records have no offsets in the file */
  bool tail;
  bool stamped; /* a tail whose pages say of which block they are */
};

/** Walks the blocks of a thread file in order: appended blocks, then the tail unless it repeats the last one. */
struct ms_block_reader {
  const struct ms_trace_file *file;
  struct ms_damage_list *damage; /* may be NULL */
  uint64_t at;
  uint32_t next_sequence; /* expected */
  uint32_t named;         /* blocks below this number were read or named as damaged */
  bool sound;             /* the last step gave a block */
  bool tail_done;
  /* Of the compressed blocks so far, damaged ones included: how much their records take. What takes more than 64 times
   * the bytes on file is hostile, and is not counted further. */
  uint64_t decompressed_bytes;
  uint8_t *records; /* of a compressed block; as long as any can be */
};

void ms_block_reader_start(struct ms_block_reader *reader, const struct ms_trace_file *file,
                           struct ms_damage_list *damage);
/** Gives the next block whose checksums hold; damaged ones are noted and skipped. False at the end of the file. */
bool ms_block_reader_next(struct ms_block_reader *reader, struct ms_block *block);
void ms_block_reader_free(struct ms_block_reader *reader);

#endif
