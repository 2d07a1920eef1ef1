/* SPDX-License-Identifier: Apache-2.0
 *
 * record.c: one function per class of record; each takes what it needs from the cursor and the caller asks once
 * whether the bytes were there.
 */
#include "read/record.h"

#include <inttypes.h>
#include <math.h>

#define SMALLEST_STACK_BYTES 8u            /* tag, length and six fields of a definition without frames */
#define LARGEST_SIZE ((uint64_t)INT64_MAX) /* no allocator gives out more: PTRDIFF_MAX */

/* Highest stack id that a file with these blocks can define; ids above it are hostile, and never size a table. */
static uint32_t stack_limit(const struct ms_block_reader *blocks) {
  uint64_t limit = (blocks->file->size + blocks->decompressed_bytes) / SMALLEST_STACK_BYTES;
  return limit > UINT32_MAX - 1 ? UINT32_MAX - 1 : (uint32_t)limit;
}

void ms_record_reader_start(struct ms_record_reader *reader, const struct ms_trace_file *file,
                            struct ms_damage_list *damage) {
  *reader = (struct ms_record_reader){.damage = damage, .sizes = {0}};
  ms_block_reader_start(&reader->blocks, file, damage);
}

void ms_record_reader_free(struct ms_record_reader *reader) {
  ms_block_reader_free(&reader->blocks);
  ms_vec_free(&reader->sizes);
}

static bool begin_block(struct ms_record_reader *reader) {
  if (!ms_block_reader_next(&reader->blocks, &reader->block))
    return false;
  reader->records = ms_cursor_over(reader->block.payload, reader->block.payload_bytes);
  reader->block_number++;
  reader->ticks = reader->block.base_ticks;
  reader->address = reader->block.base_address;
  reader->free_is_realloc = reader->alloc_is_realloc = reader->aligned = false;
  reader->weight = 0;
  return true;
}

static uint64_t later(uint64_t left, uint64_t right) { return left > right ? left : right; }

static struct ms_last_size *last_size(struct ms_record_reader *reader, uint32_t stack_id) {
  ms_vec_extend(&reader->sizes, (size_t)stack_id + 1);
  return &reader->sizes.items[stack_id];
}

static const char *decode_alloc(struct ms_record_reader *reader, bool same_size, struct ms_event *event) {
  struct ms_last_size *last = last_size(reader, event->stack_id);
  if (same_size) {
    if (last->block != reader->block_number)
      return "size \"as before\" of a stack that had none in this block";
    event->size = last->size;
  } else {
    event->size = ms_cursor_varint(&reader->records);
    *last = (struct ms_last_size){event->size, reader->block_number};
  }
  if (event->size > LARGEST_SIZE)
    return "impossible size";
  event->kind = MS_EVENT_ALLOC;
  event->realloc = reader->alloc_is_realloc;
  event->aligned = reader->aligned;
  event->align_log2 = reader->align_log2;
  event->weight = reader->weight == 0 ? 1 : reader->weight;
  reader->alloc_is_realloc = reader->aligned = false;
  reader->weight = 0;
  return NULL;
}

static const char *decode_event(struct ms_record_reader *reader, uint8_t tag, struct ms_event *event) {
  static const uint8_t time_widths[4] = MS_TIME_WIDTHS, address_widths[4] = MS_ADDRESS_WIDTHS,
                       stack_widths[4] = MS_STACK_WIDTHS;
  struct ms_cursor *records = &reader->records;
  unsigned address_code = (tag >> MS_TAG_ADDRESS_SHIFT) & 3;
  uint64_t ticks = reader->ticks + ms_cursor_number(records, time_widths[(tag >> MS_TAG_TIME_SHIFT) & 3]);
  uint64_t address = ms_cursor_number(records, address_widths[address_code]);
  if (address_code != MS_ADDRESS_ABSOLUTE)
    address = reader->address + 8 * ms_cursor_unzigzag(address);
  event->stack_id = (uint32_t)ms_cursor_number(records, stack_widths[tag >> MS_TAG_STACK_SHIFT]);
  event->address = address;
  event->scope = reader->scope;
  if (event->stack_id > stack_limit(&reader->blocks))
    return "impossible stack id";
  if (ticks < reader->ticks)
    return "time runs over";
  if ((tag & MS_TAG_CLASS_MASK) == MS_RECORD_FREE) {
    event->kind = MS_EVENT_FREE;
    event->realloc = reader->free_is_realloc;
    reader->free_is_realloc = false;
  } else {
    const char *reason = decode_alloc(reader, (tag & MS_TAG_CLASS_MASK) == MS_RECORD_ALLOC_SAME, event);
    if (reason != NULL)
      return reason;
  }
  reader->ticks = ticks;
  reader->address = address;
  event->ticks = later(reader->latest_ticks, ticks);
  return NULL;
}

static const char *decode_prefix(struct ms_record_reader *reader, unsigned kind) {
  switch (kind) {
  case MS_CONTROL_REALLOC:
    reader->free_is_realloc = reader->alloc_is_realloc = true;
    return NULL;
  case MS_CONTROL_ALIGNED:
    reader->align_log2 = ms_cursor_u8(&reader->records);
    reader->aligned = true;
    return reader->align_log2 > 63 ? "impossible alignment" : NULL;
  case MS_CONTROL_WEIGHT:
    reader->weight = ms_cursor_f64(&reader->records);
    return isfinite(reader->weight) && reader->weight > 0 ? NULL : "impossible sampling weight";
  default:
    return "no record begins with this byte";
  }
}

static const char *decode_stack(struct ms_record_reader *reader, struct ms_cursor *payload, struct ms_event *event) {
  struct ms_stack_definition *stack = &event->stack;
  uint64_t id = ms_cursor_varint(payload);
  stack->flags = ms_cursor_u8(payload);
  uint64_t site = ms_cursor_varint(payload), reference = ms_cursor_varint(payload);
  uint64_t shared = ms_cursor_varint(payload), count = ms_cursor_varint(payload);
  if (id == 0 || id > stack_limit(&reader->blocks) || site > UINT32_MAX || reference >= id)
    return "impossible stack definition";
  if (payload->failed || count > ms_cursor_left(payload) || shared > UINT32_MAX)
    return "stack definition longer than its record";
  stack->id = (uint32_t)id;
  stack->site = (uint32_t)site;
  stack->reference = (uint32_t)reference;
  stack->shared = (uint32_t)shared;
  stack->count = (uint32_t)count;
  stack->frames = *payload;
  for (uint64_t i = 0; i < count; i++)
    ms_cursor_zigzag(payload);
  event->generation = reader->generation;
  return NULL;
}

struct ms_thread_counters ms_event_counters(const struct ms_event *event) {
  struct ms_thread_counters counters;
  struct ms_cursor payload = event->counters;
  uint64_t *const fields[] = {&counters.ticks,
                              &counters.thread_start_ns,
                              &counters.user_ns,
                              &counters.system_ns,
                              &counters.cpu_ns,
                              &counters.read_calls,
                              &counters.write_calls,
                              &counters.read_bytes,
                              &counters.write_bytes,
                              &counters.storage_read_bytes,
                              &counters.storage_write_bytes,
                              &counters.voluntary_switches,
                              &counters.involuntary_switches,
                              &counters.run_delay_ns,
                              &counters.minor_faults,
                              &counters.major_faults,
                              &counters.own_read_calls,
                              &counters.own_write_calls,
                              &counters.own_read_bytes,
                              &counters.own_write_bytes,
                              &counters.unavailable};
  for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
    *fields[i] = ms_cursor_u64(&payload);
  return counters;
}

static void decode_counters(struct ms_record_reader *reader, struct ms_cursor *payload, struct ms_event *event) {
  event->counters = *payload;
  event->ticks = later(reader->latest_ticks, ms_cursor_u64(payload));
  ms_cursor_bytes(payload, sizeof(struct ms_thread_counters) - sizeof(uint64_t));
}

static enum ms_event_kind kind_of(unsigned kind) {
  if (kind == MS_CONTROL_SAMPLING)
    return MS_EVENT_SAMPLING;
  return kind <= MS_CONTROL_PHASE_EXIT ? (enum ms_event_kind)(kind - MS_CONTROL_STACK + MS_EVENT_STACK)
                                       : MS_EVENT_KINDS;
}

static const char *decode_sampling(struct ms_cursor *payload, struct ms_sampling *sampling) {
  sampling->sample_bytes = ms_cursor_varint(payload);
  sampling->rate = ms_cursor_f64(payload);
  return sampling->rate >= 0 && sampling->rate <= 1 ? NULL : "impossible sampling rate";
}

/* A disk has each page of a tail as it was at some time. Of an older block it is told by its stamp; as it was earlier
 * in this block it ends in zeros, and the last event before them may be there in part. */
static const char *torn(const struct ms_record_reader *reader, const uint8_t *begin) {
  const struct ms_block *block = &reader->block;
  if (!block->stamped)
    return NULL;
  const uint8_t *end = reader->records.at;
  uint64_t from = block->offset + (uint64_t)(begin - block->payload), to = from + (uint64_t)(end - begin);
  uint64_t in_page = from % MS_TAIL_PAGE_BYTES;
  if (in_page == 0 && (begin[0] != MS_CONTROL_TAG(MS_CONTROL_PAGE) || begin[1] != sizeof block->sequence ||
                       memcmp(begin + 2, &block->sequence, sizeof block->sequence) != 0))
    return "a page of another time";
  if (in_page + (to - from) > MS_TAIL_PAGE_BYTES || (ms_cursor_left(&reader->records) > 0 && *end == 0))
    return "a page of an earlier time";
  return NULL;
}

/* Sets event->kind; MS_EVENT_KINDS for a kind that this version does not know. */
static const char *decode_framed(struct ms_record_reader *reader, unsigned kind, struct ms_event *event) {
  uint64_t length = ms_cursor_varint(&reader->records);
  if (reader->records.failed || length > ms_cursor_left(&reader->records))
    return "record longer than its block";
  struct ms_cursor payload = ms_cursor_over(ms_cursor_bytes(&reader->records, (size_t)length), (size_t)length);
  const char *reason = NULL;
  event->ticks = reader->latest_ticks;
  event->kind = kind_of(kind);
  switch (event->kind) {
  case MS_EVENT_STACK:
    reason = decode_stack(reader, &payload, event);
    break;
  case MS_EVENT_THREAD_START:
  case MS_EVENT_THREAD_END:
    decode_counters(reader, &payload, event);
    break;
  case MS_EVENT_SCOPE:
    event->scope = reader->scope = (uint32_t)ms_cursor_varint(&payload);
    break;
  case MS_EVENT_MODULES:
    event->generation = reader->generation = (uint32_t)ms_cursor_varint(&payload);
    break;
  case MS_EVENT_THREAD_NAME:
  case MS_EVENT_MARK:
  case MS_EVENT_PHASE_ENTER:
  case MS_EVENT_PHASE_EXIT:
    event->ticks = later(reader->latest_ticks, ms_cursor_u64(&payload));
    event->text_bytes = ms_cursor_left(&payload);
    event->text = (const char *)payload.at;
    break;
  case MS_EVENT_SAMPLING:
    reason = decode_sampling(&payload, &event->sampling);
    break;
  default:
    break;
  }
  return reason != NULL ? reason : payload.failed ? "record shorter than its kind" : NULL;
}

static const char *decode(struct ms_record_reader *reader, struct ms_event *event) {
  uint8_t tag = ms_cursor_u8(&reader->records);
  if ((tag & MS_TAG_CLASS_MASK) != MS_RECORD_CONTROL)
    return decode_event(reader, tag, event);
  event->kind = MS_EVENT_KINDS;
  unsigned kind = tag >> 2;
  return kind < MS_CONTROL_FRAMED ? decode_prefix(reader, kind) : decode_framed(reader, kind, event);
}

bool ms_record_reader_next(struct ms_record_reader *reader, struct ms_event *event) {
  for (;;) {
    while (reader->block_number == 0 || ms_cursor_left(&reader->records) == 0)
      if (!begin_block(reader))
        return false;
    const uint8_t *begin = reader->records.at;
    uint64_t inside = reader->block.compressed ? 0 : (uint64_t)(begin - reader->block.payload);
    *event = (struct ms_event){.offset = reader->block.offset + inside};
    const char *reason = decode(reader, event);
    if (reader->records.failed)
      reason = "record is cut at the end of its block";
    else if (reason == NULL)
      reason = torn(reader, begin);
    if (reason == NULL && event->kind == MS_EVENT_KINDS)
      continue; /* a prefix, or a kind of a later version */
    if (reason == NULL) {
      reader->latest_ticks = event->ticks;
      return true;
    }
    uint64_t lost = (uint64_t)(reader->block.payload + reader->block.payload_bytes - begin);
    ms_damage_add(reader->damage, reader->blocks.file->path, event->offset, lost,
                  "%s; the rest of block %u is not used", reason, reader->block.sequence);
    reader->records = ms_cursor_over(begin, 0);
  }
}
