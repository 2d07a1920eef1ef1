/* SPDX-License-Identifier: Apache-2.0
 *
 * memory.h: memory from the heap that is either there or ends the tool with exit code 3 and one clear line.
 *
 * Why not a status at every allocation? What the tool keeps is bounded by live blocks and distinct stacks, Linux grants
 * small requests until it kills the process, and nothing useful could be exported with half of the tables missing.
 * Output files are written under a temporary name, so that an early end leaves no half report behind.
 */
#ifndef MEMSCOPE_EXPORTER_MEMORY_H
#define MEMSCOPE_EXPORTER_MEMORY_H

#include <stddef.h>

/** Returns zeroed memory for `count` items; the caller frees it with free(). Never NULL; ends the tool on overflow. */
void *ms_memory_new(size_t count, size_t item_bytes) __attribute__((malloc, returns_nonnull));

/** Resizes as realloc does; bytes beyond the old size are undefined. Never NULL. */
void *ms_memory_resize(void *memory, size_t count, size_t item_bytes) __attribute__((returns_nonnull));

/** Ends the tool: for libraries that allocate themselves and report failure. */
_Noreturn void ms_memory_exhausted(size_t count, size_t item_bytes);

#endif
