/* SPDX-License-Identifier: Apache-2.0
 *
 * vec.h: growable arrays of any type. Zero-initialise before the first use; items move when the array grows, so keep
 * indices and not pointers.
 */
#ifndef MEMSCOPE_EXPORTER_VEC_H
#define MEMSCOPE_EXPORTER_VEC_H

#include "support/memory.h"

#include <stdlib.h>
#include <string.h>

#define MS_VEC(type)                                                                                                   \
  struct {                                                                                                             \
    type *items;                                                                                                       \
    size_t count, capacity;                                                                                            \
  }

/** Appends a copy of `value`. */
#define ms_vec_push(vec, value) (ms_vec_reserve((vec), (vec)->count + 1), (vec)->items[(vec)->count++] = (value))

/** Makes room for `needed` items; at least doubles, so that pushing costs constant time on average. */
#define ms_vec_reserve(vec, needed)                                                                                    \
  ((vec)->items = ms_vec_grown((vec)->items, &(vec)->capacity, (needed), sizeof *(vec)->items))

/** Makes the array at least `needed` items long; new ones are zero. */
#define ms_vec_extend(vec, needed)                                                                                     \
  (ms_vec_reserve((vec), (needed)),                                                                                    \
   (vec)->count < (needed)                                                                                             \
       ? (void)(memset((vec)->items + (vec)->count, 0, ((needed) - (vec)->count) * sizeof *(vec)->items),              \
                (vec)->count = (needed))                                                                               \
       : (void)0)

/** Sorts as qsort does; an empty array is fine. */
#define ms_vec_sort(vec, compare)                                                                                      \
  ((vec)->count > 1 ? qsort((vec)->items, (vec)->count, sizeof *(vec)->items, (compare)) : (void)0)

#define ms_vec_free(vec) (free((vec)->items), (vec)->items = NULL, (vec)->count = (vec)->capacity = 0)

static inline void *ms_vec_grown(void *items, size_t *capacity, size_t needed, size_t item_bytes) {
  if (needed <= *capacity)
    return items;
  size_t grown = *capacity < 8 ? 8 : *capacity * 2;
  *capacity = grown < needed ? needed : grown;
  return ms_memory_resize(items, *capacity, item_bytes);
}

#endif
