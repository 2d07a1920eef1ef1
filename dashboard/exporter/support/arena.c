/* SPDX-License-Identifier: Apache-2.0
 *
 * arena.c: chunks of 64 KiB (larger where one thing is larger), filled from the front.
 */
#include "support/arena.h"

#include "support/memory.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHUNK_BYTES ((size_t)64 * 1024)

struct ms_arena_chunk {
  struct ms_arena_chunk *next;
  size_t used, capacity;
  _Alignas(16) unsigned char bytes[];
};

void *ms_arena_new(struct ms_arena *arena, size_t bytes) {
  size_t rounded = (bytes + 15) & ~(size_t)15;
  struct ms_arena_chunk *chunk = arena->chunks;
  if (chunk == NULL || chunk->capacity - chunk->used < rounded) {
    size_t capacity = rounded > CHUNK_BYTES ? rounded : CHUNK_BYTES;
    chunk = ms_memory_new(1, sizeof *chunk + capacity);
    chunk->capacity = capacity;
    chunk->next = arena->chunks;
    arena->chunks = chunk;
  }
  void *memory = chunk->bytes + chunk->used;
  chunk->used += rounded;
  return memory;
}

const char *ms_arena_text(struct ms_arena *arena, const char *bytes, size_t length) {
  size_t nuls = 0;
  for (size_t i = 0; i < length; i++)
    nuls += bytes[i] == '\0';
  char *copy = ms_arena_new(arena, length + 2 * nuls + 1);
  char *to = copy;
  for (size_t i = 0; i < length; i++) {
    if (bytes[i] != '\0') {
      *to++ = bytes[i];
      continue;
    }
    memcpy(to, "\xef\xbf\xbd", 3);
    to += 3;
  }
  *to = '\0';
  return copy;
}

const char *ms_arena_format(struct ms_arena *arena, const char *format, ...) {
  va_list arguments, again;
  va_start(arguments, format);
  va_copy(again, arguments);
  int length = vsnprintf(NULL, 0, format, arguments);
  va_end(arguments);
  size_t bytes = length < 0 ? 1 : (size_t)length + 1;
  char *text = ms_arena_new(arena, bytes);
  vsnprintf(text, bytes, format, again);
  va_end(again);
  return text;
}

void ms_arena_free(struct ms_arena *arena) {
  while (arena->chunks != NULL) {
    struct ms_arena_chunk *next = arena->chunks->next;
    free(arena->chunks);
    arena->chunks = next;
  }
}
