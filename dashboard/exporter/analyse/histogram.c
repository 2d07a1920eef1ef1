/* SPDX-License-Identifier: Apache-2.0
 *
 * histogram.c: see histogram.h.
 */
#include "analyse/histogram.h"

unsigned ms_histogram_size_class(uint64_t bytes) { return bytes == 0 ? 0 : 64u - (unsigned)__builtin_clzll(bytes); }

unsigned ms_histogram_lifetime_class(uint64_t ns) {
  unsigned class = 0;
  for (; ns > 0; ns /= 10)
    class ++;
  return class;
}

uint64_t ms_histogram_size_from(unsigned size_class) {
  if (size_class > 64)
    return UINT64_MAX;
  return size_class == 0 ? 0 : (uint64_t)1 << (size_class - 1);
}

uint64_t ms_histogram_lifetime_from(unsigned lifetime_class) {
  if (lifetime_class > 20)
    return UINT64_MAX;
  uint64_t from = lifetime_class == 0 ? 0 : 1;
  for (unsigned i = 1; i < lifetime_class; i++)
    from *= 10;
  return from;
}
