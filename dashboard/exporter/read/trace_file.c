/* SPDX-License-Identifier: Apache-2.0
 *
 * trace_file.c: a file's bytes, file headers, and the search for the next whole block behind damage.
 *
 * Finding blocks takes time linear in the file: a block whose header check holds is stepped over as a whole even when
 * its payload is damaged, and the search behind a bad header never goes back.
 */
#include "read/trace_file.h"

#include "read/compressed.h"
#include "support/crc32c.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define BLOCK_HEADER_BYTES sizeof(struct ms_block_header)
#define COMPRESSION_MAX 64u /* blocks that define stacks become no less than a thirtieth */

/* A process may have some 65,000 mappings, and a run of a hundred thousand threads has three times as many files; most
 * are small. Behind so many, such files are read. */
#define MAPPED_MAX 20000u
#define SMALL_BYTES (64u * 1024u)

static unsigned mapped_count;

static void *read_copy(int descriptor, size_t *size) {
  uint8_t *copy = ms_memory_new(*size, 1);
  size_t filled = 0;
  ssize_t got;
  while (filled < *size && (got = read(descriptor, copy + filled, *size - filled)) != 0)
    if (got > 0)
      filled += (size_t)got;
    else if (errno != EINTR)
      break;
  *size = filled;
  return copy;
}

static enum ms_status take_bytes(struct ms_trace_file *file, int descriptor, struct ms_error *error) {
  file->mapped = mapped_count < MAPPED_MAX || file->size > SMALL_BYTES;
  void *bytes =
      file->mapped ? mmap(NULL, file->size, PROT_READ, MAP_PRIVATE, descriptor, 0) : read_copy(descriptor, &file->size);
  if (bytes == MAP_FAILED)
    return ms_error_set(error, MS_E_ENVIRONMENT, file->path, "cannot be mapped: %s", strerror(errno));
  mapped_count += file->mapped;
  file->bytes = bytes;
  return MS_OK;
}

static enum ms_status open_file(struct ms_trace_file *file, struct ms_error *error) {
  int descriptor = open(file->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (descriptor < 0)
    return ms_error_set(error, MS_E_INPUT, file->path, "%s", strerror(errno));
  struct stat facts;
  enum ms_status status = MS_OK;
  if (fstat(descriptor, &facts) != 0)
    status = ms_error_set(error, MS_E_INPUT, file->path, "%s", strerror(errno));
  else if (!S_ISREG(facts.st_mode))
    status = ms_error_set(error, MS_E_INPUT, file->path, "not a regular file");
  else
    file->size = (size_t)facts.st_size;
  if (status == MS_OK && file->size > 0)
    status = take_bytes(file, descriptor, error);
  close(descriptor);
  return status;
}

static enum ms_status read_header(struct ms_trace_file *file, struct ms_error *error) {
  size_t begun = file->size < sizeof file->header.magic ? file->size : sizeof file->header.magic;
  if (file->size < sizeof file->header && (begun == 0 || memcmp(MS_FILE_MAGIC, file->bytes, begun) == 0))
    return ms_error_set(error, MS_E_INPUT, file->path,
                        "cut short inside the file header (%zu of %zu bytes): all of it is lost", file->size,
                        sizeof file->header);
  struct ms_cursor cursor = ms_cursor_over(file->bytes, file->size);
  const uint8_t *magic = ms_cursor_bytes(&cursor, sizeof file->header.magic);
  if (magic == NULL || memcmp(magic, MS_FILE_MAGIC, sizeof file->header.magic) != 0)
    return ms_error_set(error, MS_E_INPUT, file->path, "not a MemScope trace");
  memcpy(file->header.magic, magic, sizeof file->header.magic);
  file->header.version = ms_cursor_u16(&cursor);
  file->header.kind = ms_cursor_u16(&cursor);
  if (!cursor.failed && file->header.version != MS_FORMAT_VERSION)
    return ms_error_set(error, MS_E_INPUT, file->path, "trace format version %u, this memscope reads version %u",
                        file->header.version, MS_FORMAT_VERSION);
  file->header.header_bytes = ms_cursor_u32(&cursor);
  file->header.run_id = ms_cursor_u64(&cursor);
  file->header.pid = ms_cursor_u32(&cursor);
  file->header.tid = ms_cursor_u32(&cursor);
  file->header.start_ticks = ms_cursor_u64(&cursor);
  file->header.pointer_bytes = ms_cursor_u8(&cursor);
  ms_cursor_bytes(&cursor, sizeof file->header.reserved);
  file->header.lost_threads = ms_cursor_u32(&cursor);
  file->header.lost_facts = ms_cursor_u32(&cursor);
  ms_cursor_bytes(&cursor, sizeof file->header.reserved2);
  if (file->header.kind < MS_FILE_THREAD || file->header.kind > MS_FILE_RESOURCES)
    return ms_error_set(error, MS_E_INPUT, file->path, "unknown kind of file: %u", file->header.kind);
  if (file->header.header_bytes < sizeof file->header)
    return ms_error_set(error, MS_E_INPUT, file->path, "offset 0xc: impossible header of %u bytes",
                        file->header.header_bytes);
  if (file->header.header_bytes > file->size)
    return ms_error_set(error, MS_E_INPUT, file->path,
                        "cut short inside its header (%zu of %u bytes): all of it is lost", file->size,
                        file->header.header_bytes);
  return MS_OK;
}

static enum ms_status read_thread_header(struct ms_trace_file *file, struct ms_error *error) {
  struct ms_cursor cursor = ms_cursor_over(file->bytes + sizeof file->header, file->size - sizeof file->header);
  struct ms_thread_file *thread = &file->thread;
  thread->file = file->header;
  thread->flags = ms_cursor_u32(&cursor);
  thread->tail_offset = ms_cursor_u32(&cursor);
  thread->tail_bytes = ms_cursor_u32(&cursor);
  thread->creator_tid = ms_cursor_u32(&cursor);
  thread->dropped_events = ms_cursor_u64(&cursor);
  thread->cut_stacks = ms_cursor_u64(&cursor);
  thread->drop_reasons = ms_cursor_u32(&cursor);
  if (ms_cursor_bytes(&cursor, sizeof thread->reserved) == NULL)
    return ms_error_set(error, MS_E_INPUT, file->path,
                        "cut short inside the thread header (%zu of %zu bytes): all of it is lost", file->size,
                        sizeof *thread);
  if (thread->tail_offset < sizeof *thread || (thread->tail_bytes != 0 && thread->tail_bytes < BLOCK_HEADER_BYTES))
    return ms_error_set(error, MS_E_INPUT, file->path, "offset 0x44: impossible tail window (%u bytes at %u)",
                        thread->tail_bytes, thread->tail_offset);
  return MS_OK;
}

enum ms_status ms_trace_file_open(struct ms_trace_file *file, const char *path, struct ms_error *error) {
  *file = (struct ms_trace_file){0};
  file->path = ms_memory_new(strlen(path) + 1, 1);
  memcpy(file->path, path, strlen(path));
  const char *slash = strrchr(file->path, '/');
  file->name = slash == NULL ? file->path : slash + 1;
  enum ms_status status = open_file(file, error);
  if (status == MS_OK)
    status = read_header(file, error);
  if (status == MS_OK && file->header.kind == MS_FILE_THREAD)
    status = read_thread_header(file, error);
  if (status != MS_OK)
    ms_trace_file_close(file);
  return status;
}

void ms_trace_file_close(struct ms_trace_file *file) {
  void *bytes = (void *)(uintptr_t)file->bytes;
  if (bytes != NULL && file->mapped) {
    munmap(bytes, file->size);
    mapped_count--;
  } else {
    free(bytes);
  }
  free(file->path);
  *file = (struct ms_trace_file){0};
}

struct ms_cursor ms_trace_file_content(const struct ms_trace_file *file) {
  return ms_cursor_over(file->bytes + file->header.header_bytes, file->size - file->header.header_bytes);
}

/* ---- blocks ---- */

struct head {
  struct ms_block_header fields;
  bool whole; /* magic and length of a header were there */
};

static struct head read_head(const struct ms_trace_file *file, uint64_t at) {
  struct head head = {0};
  if (at > file->size || file->size - at < BLOCK_HEADER_BYTES)
    return head;
  struct ms_cursor cursor = ms_cursor_over(file->bytes + at, BLOCK_HEADER_BYTES);
  head.fields.magic = ms_cursor_u32(&cursor);
  head.fields.sequence = ms_cursor_u32(&cursor);
  head.fields.payload_bytes = ms_cursor_u32(&cursor);
  head.fields.checksum = ms_cursor_u32(&cursor);
  head.fields.base_ticks = ms_cursor_u64(&cursor);
  head.fields.base_address = ms_cursor_u64(&cursor);
  head.fields.event_count = ms_cursor_u32(&cursor);
  head.fields.header_check = ms_cursor_u32(&cursor);
  head.fields.decoded_bytes = ms_cursor_u32(&cursor);
  head.whole = head.fields.magic == MS_BLOCK_MAGIC;
  return head;
}

static bool header_check_holds(const struct ms_trace_file *file, uint64_t at, uint32_t expected) {
  uint8_t copy[BLOCK_HEADER_BYTES];
  memcpy(copy, file->bytes + at, sizeof copy);
  memset(copy + offsetof(struct ms_block_header, header_check), 0, 4);
  return ms_crc32c(copy, sizeof copy) == expected;
}

static bool is_block_at(const struct ms_trace_file *file, uint64_t at, struct head *head) {
  *head = read_head(file, at);
  return head->whole && header_check_holds(file, at, head->fields.header_check);
}

/* Returns the offset of the next block behind a place where there is none, the file's size where none follows. */
static uint64_t next_block_after(const struct ms_trace_file *file, uint64_t at) {
  static const uint8_t magic[4] = {'M', 'S', 'B', 'K'};
  struct head head;
  while (++at < file->size) {
    const uint8_t *found = memmem(file->bytes + at, file->size - at, magic, sizeof magic);
    if (found == NULL)
      break;
    at = (uint64_t)(found - file->bytes);
    if (is_block_at(file, at, &head))
      return at;
  }
  return file->size;
}

void ms_block_reader_start(struct ms_block_reader *reader, const struct ms_trace_file *file,
                           struct ms_damage_list *damage) {
  *reader = (struct ms_block_reader){.file = file, .damage = damage};
  reader->at = (uint64_t)file->thread.tail_offset + file->thread.tail_bytes;
}

static void fill_block(struct ms_block *block, const struct ms_trace_file *file, uint64_t at,
                       const struct ms_block_header *head, uint32_t payload_bytes) {
  *block = (struct ms_block){.offset = at + BLOCK_HEADER_BYTES,
                             .payload = file->bytes + at + BLOCK_HEADER_BYTES,
                             .payload_bytes = payload_bytes,
                             .stored_bytes = payload_bytes,
                             .sequence = head->sequence,
                             .event_count = head->event_count,
                             .base_ticks = head->base_ticks,
                             .base_address = head->base_address};
}

/* Number of the first block that was neither read nor named as damaged. */
static uint32_t first_unknown(const struct ms_block_reader *reader) {
  return reader->next_sequence > reader->named ? reader->next_sequence : reader->named;
}

struct missing {
  char text[64];
};

/* "LEAD block 7 is missing", "LEAD blocks 7 to 9 are missing", "" where none is. */
static struct missing missing_blocks(const char *lead, uint32_t from, uint32_t to) {
  struct missing missing = {""};
  if (to == from + 1)
    snprintf(missing.text, sizeof missing.text, "%sblock %u is missing", lead, from);
  else if (to > from)
    snprintf(missing.text, sizeof missing.text, "%sblocks %u to %u are missing", lead, from, to - 1);
  return missing;
}

static void expect_sequence(struct ms_block_reader *reader, uint64_t at, uint32_t sequence) {
  if (sequence > first_unknown(reader))
    ms_damage_add(reader->damage, reader->file->path, at, 0, "%s",
                  missing_blocks("", first_unknown(reader), sequence).text);
  reader->next_sequence = sequence + 1;
}

/* A block behind a later one is a copy, as in a file that stands twice in itself; its events have been read. */
static bool is_copy(struct ms_block_reader *reader, uint64_t at, const struct ms_block_header *head) {
  if (head->sequence >= reader->next_sequence)
    return false;
  ms_damage_add(reader->damage, reader->file->path, at, BLOCK_HEADER_BYTES + (uint64_t)head->payload_bytes,
                "block %u stands where block %u was expected", head->sequence, reader->next_sequence);
  return true;
}

/* Notes that the file ends before its content does. How many blocks are gone with it, the tail window tells: it stands
 * at the front and numbers the newest block. */
static void note_cut(struct ms_block_reader *reader, uint64_t at, const char *what, uint32_t first_missing) {
  const struct ms_trace_file *file = reader->file;
  struct head tail = read_head(file, file->thread.tail_offset);
  uint32_t end = tail.whole && file->thread.tail_bytes != 0 ? tail.fields.sequence : 0;
  ms_damage_add(reader->damage, file->path, at, file->size - at, "cut short: %s%s", what,
                missing_blocks(what[0] == '\0' ? "" : "; ", first_missing, end).text);
  if (end > reader->named)
    reader->named = end;
}

/* Puts the records of a compressed block in the place of its frame. Returns NULL, or why that cannot be done. */
static const char *decompress(struct ms_block_reader *reader, struct ms_block *block, uint32_t decoded_bytes) {
  uint32_t tail_bytes = reader->file->thread.tail_bytes;
  uint32_t room = tail_bytes < BLOCK_HEADER_BYTES ? 0 : tail_bytes - (uint32_t)BLOCK_HEADER_BYTES;
  if (room > MS_BLOCK_DECODED_MAX)
    room = MS_BLOCK_DECODED_MAX;
  if (decoded_bytes > room)
    return "more records than a block can hold";
  if (reader->records == NULL)
    reader->records = ms_memory_new(room, 1);
  const char *reason =
      ms_compressed_decode(block->payload, block->stored_bytes, block->base_address, reader->records, decoded_bytes);
  block->payload = reader->records;
  block->payload_bytes = decoded_bytes;
  block->compressed = true;
  return reason;
}

/* Notes a block that is there and cannot be used. */
static void note_damaged(struct ms_block_reader *reader, uint64_t at, const struct ms_block *block, const char *what,
                         const char *reason) {
  ms_damage_add(reader->damage, reader->file->path, at, BLOCK_HEADER_BYTES + block->stored_bytes,
                "block %u is damaged (%s%s)", block->sequence, what, reason);
  if (block->sequence == first_unknown(reader))
    reader->named = block->sequence + 1;
}

/* One step over appended blocks: true with a block, false with reader->at moved on or at the end of the file. */
static bool step(struct ms_block_reader *reader, struct ms_block *block) {
  const struct ms_trace_file *file = reader->file;
  uint64_t at = reader->at;
  struct head head;
  if (!is_block_at(file, at, &head)) {
    reader->at = next_block_after(file, at);
    if (file->size - at < BLOCK_HEADER_BYTES)
      note_cut(reader, at, "inside a block header", first_unknown(reader));
    else
      ms_damage_add(reader->damage, file->path, at, reader->at - at, "%s",
                    head.whole ? "block header is damaged (its check does not hold)" : "no block where one must begin");
    return false;
  }
  uint64_t there = file->size - at - BLOCK_HEADER_BYTES;
  if (head.fields.payload_bytes > there) {
    char what[96];
    snprintf(what, sizeof what, "block %u has %" PRIu64 " of its %u bytes", head.fields.sequence, there,
             head.fields.payload_bytes);
    note_cut(reader, at, what, head.fields.sequence + 1);
    reader->at = next_block_after(file, at);
    return false;
  }
  reader->at = at + BLOCK_HEADER_BYTES + head.fields.payload_bytes;
  fill_block(block, file, at, &head.fields, head.fields.payload_bytes);
  uint64_t credible = COMPRESSION_MAX * (BLOCK_HEADER_BYTES + (uint64_t)head.fields.payload_bytes);
  reader->decompressed_bytes += head.fields.decoded_bytes < credible ? head.fields.decoded_bytes : credible;
  if (ms_crc32c(block->payload, block->payload_bytes) != head.fields.checksum) {
    note_damaged(reader, at, block, "its checksum does not hold", "");
    return false;
  }
  if (is_copy(reader, at, &head.fields))
    return false;
  if (head.fields.decoded_bytes != 0) {
    const char *reason = decompress(reader, block, head.fields.decoded_bytes);
    if (reason != NULL) {
      note_damaged(reader, at, block, "it cannot be decompressed: ", reason);
      return false;
    }
  }
  expect_sequence(reader, at, head.fields.sequence);
  return true;
}

/* The tail is the newest block, or repeats the last one on file: then it stands in for a damaged copy there. */
static bool take_tail(struct ms_block_reader *reader, struct ms_block *block) {
  const struct ms_trace_file *file = reader->file;
  uint64_t at = file->thread.tail_offset, end = at + file->thread.tail_bytes;
  struct head head = read_head(file, at);
  if (file->thread.tail_bytes == 0)
    return false;
  if (file->size < at + BLOCK_HEADER_BYTES) {
    note_cut(reader, file->size, "nothing is left but its headers", 0);
    return false;
  }
  if (!head.whole && head.fields.magic != 0)
    ms_damage_add(reader->damage, file->path, at, file->thread.tail_bytes, "no block in the tail window");
  if (!head.whole || head.fields.sequence + 1 == reader->next_sequence || is_copy(reader, at, &head.fields))
    return false;
  if (head.fields.sequence < reader->next_sequence) {
    ms_damage_add(reader->damage, file->path, at, 0, "the tail window is older than the blocks");
    return false;
  }
  uint64_t there = file->size - at - BLOCK_HEADER_BYTES, room = file->thread.tail_bytes - BLOCK_HEADER_BYTES;
  uint32_t payload_bytes = head.fields.payload_bytes;
  if (payload_bytes > room) {
    ms_damage_add(reader->damage, file->path, at, room, "tail of %u bytes in a window of %" PRIu64, payload_bytes,
                  room);
    return false;
  }
  if (payload_bytes > there) {
    char what[96];
    snprintf(what, sizeof what, "block %u has %" PRIu64 " of its %u bytes", head.fields.sequence, there, payload_bytes);
    note_cut(reader, file->size, what, first_unknown(reader));
    payload_bytes = (uint32_t)there;
  } else if (head.fields.sequence > first_unknown(reader) && (file->size <= end || reader->sound)) {
    note_cut(reader, file->size, "", first_unknown(reader));
  }
  expect_sequence(reader, at, head.fields.sequence);
  fill_block(block, file, at, &head.fields, payload_bytes);
  block->tail = true;
  block->stamped = (file->thread.flags & MS_THREAD_STAMPED) != 0;
  return true;
}

bool ms_block_reader_next(struct ms_block_reader *reader, struct ms_block *block) {
  while (reader->at < reader->file->size)
    if ((reader->sound = step(reader, block)))
      return true;
  if (reader->tail_done)
    return false;
  reader->tail_done = true;
  return take_tail(reader, block);
}

void ms_block_reader_free(struct ms_block_reader *reader) {
  free(reader->records);
  reader->records = NULL;
}
