/* SPDX-License-Identifier: Apache-2.0
 *
 * histogram.h: counts and bytes by class of a number: powers of two for sizes, of ten for lifetimes.
 */
#ifndef MEMSCOPE_EXPORTER_HISTOGRAM_H
#define MEMSCOPE_EXPORTER_HISTOGRAM_H

#include "support/sum.h"

#include <stdint.h>

#define MS_SIZE_CLASSES 65u     /* 0, then 1, 2-3, 4-7, ... */
#define MS_LIFETIME_CLASSES 21u /* 0, then 1-9, 10-99, ... */

struct ms_histogram_class {
  ms_sum count, bytes;
};

/** Returns the class of a number; class 0 holds 0 alone. */
unsigned ms_histogram_size_class(uint64_t bytes);
unsigned ms_histogram_lifetime_class(uint64_t ns);
/** Returns the smallest number of a class; that of the class behind it is the end, saturated at 2^64 - 1. */
uint64_t ms_histogram_size_from(unsigned size_class);
uint64_t ms_histogram_lifetime_from(unsigned lifetime_class);

#endif
