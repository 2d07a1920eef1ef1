/* SPDX-License-Identifier: Apache-2.0
 *
 * allocation_counter.c: an LD_PRELOAD library that counts the calling thread's calls of malloc, calloc, realloc and free,
 * and knows nothing of MemScope.
 */
#include <stddef.h>

static __thread unsigned long counts[4] __attribute__((tls_model("initial-exec")));

void allocation_counts(unsigned long out[4]) {
  for (int i = 0; i < 4; i++)
    out[i] = counts[i];
}

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *block, size_t size);
void __libc_free(void *block);

void *malloc(size_t size) {
  counts[0]++;
  return __libc_malloc(size);
}

void *calloc(size_t count, size_t size) {
  counts[1]++;
  return __libc_calloc(count, size);
}

void *realloc(void *block, size_t size) {
  counts[2]++;
  return __libc_realloc(block, size);
}

void free(void *block) {
  counts[3]++;
  __libc_free(block);
}
