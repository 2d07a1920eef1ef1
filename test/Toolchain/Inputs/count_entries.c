// SPDX-License-Identifier: Apache-2.0
// Preloaded before the runtime: counts the calls of the entries that it stands in front of.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stddef.h>

static _Thread_local int count;

int count_of_entries(void) { return count; }

#define IN_FRONT_OF(result, name, parameters, arguments)                                                               \
  result name parameters {                                                                                             \
    count++;                                                                                                           \
    return ((result(*) parameters)dlsym(RTLD_NEXT, #name))arguments;                                                   \
  }

IN_FRONT_OF(void *, __memscope_malloc, (size_t size, void *site), (size, site))
IN_FRONT_OF(void *, __memscope_calloc, (size_t number, size_t size, void *site), (number, size, site))
IN_FRONT_OF(void *, __memscope_aligned_alloc, (size_t alignment, size_t size, void *site), (alignment, size, site))
IN_FRONT_OF(void, __memscope_free, (void *block, void *site), (block, site))
