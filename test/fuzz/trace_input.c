/* SPDX-License-Identifier: Apache-2.0
 *
 * trace_input.c: see trace_input.h.
 */
#include "trace_input.h"

#include "memscope/trace_format.h"
#include "support/crc32c.h"
#include "support/memory.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define RUN 0x1234u
#define LARGEST_TAIL (1u << 20) /* holes of a file, and what a block may claim to hold */

static const uint16_t file_kinds[] = {MS_FILE_PROCESS, MS_FILE_RESOURCES, MS_FILE_THREAD,   MS_FILE_THREAD,
                                      MS_FILE_THREAD,  MS_FILE_FREQUENCY, MS_FILE_FREQUENCY, MS_FILE_FREQUENCY};

bool input_next(const uint8_t **input, size_t *left, struct input_part *part) {
  if (*left < 4)
    return false;
  const uint8_t *head = *input;
  size_t bytes = (size_t)head[1] | (size_t)head[2] << 8 | (size_t)head[3] << 16, there = *left - 4;
  unsigned kind = head[0] & 7;
  *part = (struct input_part){.kind = kind > INPUT_FREQUENCY ? INPUT_FREQUENCY : (enum input_file)kind,
                              .as_it_is = (head[0] & 0x80) != 0,
                              .content = head + 4,
                              .bytes = bytes < there ? bytes : there};
  *input = head + 4 + part->bytes;
  *left = there - part->bytes;
  return true;
}

static void put_at(int descriptor, const void *bytes, size_t count, size_t offset) {
  if (pwrite(descriptor, bytes, count, (off_t)offset) != (ssize_t)count)
    abort(); /* the machine, not the input */
}

static void put_header(struct ms_file_header *header, enum input_file kind, uint32_t bytes) {
  memcpy(header->magic, MS_FILE_MAGIC, sizeof header->magic);
  header->version = MS_FORMAT_VERSION;
  header->kind = file_kinds[kind];
  header->header_bytes = bytes;
  header->run_id = RUN;
  header->pid = 100;
  header->tid = 100 + (uint32_t)kind;
  header->pointer_bytes = 8;
}

static void write_facts(const struct input_part *part, int descriptor) {
  struct ms_file_header header = {.reserved = {0}};
  size_t room = sizeof header + part->bytes * sizeof(struct ms_fact_header), at = sizeof header;
  uint8_t *file = ms_memory_new(room, 1);
  put_header(&header, part->kind, sizeof header);
  memcpy(file, &header, sizeof header);
  for (size_t from = 0; part->bytes - from >= 3;) {
    const uint8_t *fact = part->content + from;
    size_t bytes = (size_t)fact[1] | (size_t)fact[2] << 8, there = part->bytes - from - 3;
    bytes = bytes < there ? bytes : there;
    struct ms_fact_header head = {
        .kind = fact[0], .payload_bytes = (uint32_t)bytes, .checksum = ms_crc32c(fact + 3, bytes)};
    head.header_check = head.kind ^ head.payload_bytes ^ head.checksum ^ MS_FACT_CHECK;
    memcpy(file + at, &head, sizeof head);
    memcpy(file + at + sizeof head, fact + 3, bytes);
    at += sizeof head + bytes;
    from += 3 + bytes;
  }
  put_at(descriptor, file, at, 0);
  free(file);
}

/* Puts right what guards a block that has `bytes` behind its magic. */
static void guard(uint8_t *block, size_t bytes) {
  struct ms_block_header head;
  if (bytes < sizeof head)
    return; /* cut inside its header */
  memcpy(&head, block, sizeof head);
  head.payload_bytes = (uint32_t)(bytes - sizeof head);
  head.checksum = ms_crc32c(block + sizeof head, bytes - sizeof head);
  head.header_check = 0;
  head.header_check = ms_crc32c(&head, sizeof head);
  memcpy(block, &head, sizeof head);
}

static uint8_t *next_block(uint8_t *at, const uint8_t *end) {
  uint8_t *found = at < end ? memmem(at, (size_t)(end - at), "MSBK", 4) : NULL;
  return found;
}

static void write_thread(const struct input_part *part, int descriptor) {
  struct ms_thread_file head = {.file = {.reserved = {0}}};
  size_t given = part->bytes < sizeof head ? part->bytes : sizeof head;
  memcpy(&head, part->content, given);
  put_header(&head.file, part->kind, sizeof head);
  if (head.tail_offset < sizeof head || head.tail_offset > LARGEST_TAIL)
    head.tail_offset = 4096;
  if (head.tail_bytes > LARGEST_TAIL || head.tail_bytes < sizeof(struct ms_block_header))
    head.tail_bytes = 32768;
  put_at(descriptor, &head, sizeof head, 0);
  const uint8_t *rest = part->content + given;
  size_t left = part->bytes - given;
  if (left < 2)
    return;
  size_t tail = (size_t)rest[0] | (size_t)rest[1] << 8;
  tail = tail < left - 2 ? tail : left - 2;
  put_at(descriptor, rest + 2, tail < head.tail_bytes ? tail : head.tail_bytes, head.tail_offset);
  rest += 2 + tail;
  left -= 2 + tail;
  uint8_t *blocks = ms_memory_new(left + 1, 1);
  memcpy(blocks, rest, left);
  for (uint8_t *at = next_block(blocks, blocks + left); at != NULL;) {
    uint8_t *next = next_block(at + 4, blocks + left);
    guard(at, (size_t)((next == NULL ? blocks + left : next) - at));
    at = next;
  }
  put_at(descriptor, blocks, left, (size_t)head.tail_offset + head.tail_bytes);
  free(blocks);
}

void input_write(const struct input_part *part, int descriptor) {
  if (part->as_it_is) {
    put_at(descriptor, part->content, part->bytes, 0);
  } else if (part->kind <= INPUT_RESOURCES) {
    write_facts(part, descriptor);
  } else if (part->kind < INPUT_FREQUENCY) {
    write_thread(part, descriptor);
  } else {
    struct ms_file_header header = {.reserved = {0}};
    put_header(&header, part->kind, sizeof header);
    header.tid = 100 + INPUT_THREAD;
    put_at(descriptor, &header, sizeof header, 0);
    put_at(descriptor, part->content, part->bytes, sizeof header);
  }
}
