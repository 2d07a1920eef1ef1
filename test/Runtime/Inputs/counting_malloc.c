/* SPDX-License-Identifier: Apache-2.0
 *
 * counting_malloc.c: an allocator of the program's own, which counts its calls.
 */
#include <stddef.h>

extern void *__libc_malloc(size_t);
_Atomic unsigned long malloc_calls;

void *malloc(size_t bytes) {
  malloc_calls++;
  return __libc_malloc(bytes);
}
