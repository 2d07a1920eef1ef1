/* SPDX-License-Identifier: Apache-2.0
 *
 * arena.h: memory for many small things that live as long as the run they describe, freed in one go.
 */
#ifndef MEMSCOPE_EXPORTER_ARENA_H
#define MEMSCOPE_EXPORTER_ARENA_H

#include <stddef.h>

/** Zero-initialise before the first use. */
struct ms_arena {
  struct ms_arena_chunk *chunks; /* newest first */
};

/** Returns zeroed memory aligned to 16, valid until ms_arena_free. */
void *ms_arena_new(struct ms_arena *arena, size_t bytes) __attribute__((returns_nonnull));

/** Copies `length` bytes as a C string. A NUL inside becomes U+FFFD, since a C string cannot hold it. */
const char *ms_arena_text(struct ms_arena *arena, const char *bytes, size_t length) __attribute__((returns_nonnull));

/** Formats into the arena. */
const char *ms_arena_format(struct ms_arena *arena, const char *format, ...)
    __attribute__((returns_nonnull, format(printf, 2, 3)));

/** Frees everything; the arena can be used again. */
void ms_arena_free(struct ms_arena *arena);

#endif
