/* SPDX-License-Identifier: Apache-2.0
 *
 * memory.c: the only file of the exporter that calls calloc and realloc.
 */
#include "support/memory.h"

#include "support/status.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

_Noreturn void ms_memory_exhausted(size_t count, size_t item_bytes) {
  fprintf(stderr, "memscope: out of memory (%zu x %zu bytes wanted)\n", count, item_bytes);
  exit(MS_E_ENVIRONMENT);
}

void *ms_memory_new(size_t count, size_t item_bytes) {
  void *memory = calloc(count == 0 ? 1 : count, item_bytes);
  if (memory == NULL)
    ms_memory_exhausted(count, item_bytes);
  return memory;
}

void *ms_memory_resize(void *memory, size_t count, size_t item_bytes) {
  if (item_bytes != 0 && count > SIZE_MAX / item_bytes)
    ms_memory_exhausted(count, item_bytes);
  size_t bytes = count * item_bytes;
  void *resized = realloc(memory, bytes == 0 ? 1 : bytes);
  if (resized == NULL)
    ms_memory_exhausted(count, item_bytes);
  return resized;
}
