/* SPDX-License-Identifier: Apache-2.0
 *
 * types.h: bytes and counts by allocated type, summed from the call sites.
 */
#ifndef MEMSCOPE_EXPORTER_TYPES_H
#define MEMSCOPE_EXPORTER_TYPES_H

#include "analyse/sites.h"

/** A variable or field that receives blocks of a type. */
struct ms_receiver {
  const char *name;
  ms_sum allocations, bytes_allocated, peak_bytes, live_bytes;
};

struct ms_type {
  char *name; /* "": the compiler could not tell; "T[]" for arrays of any length; owned */
  ms_sum allocations, bytes_allocated, peak_bytes, live_bytes;
  MS_VEC(uint32_t) sites;               /* most bytes first */
  MS_VEC(struct ms_receiver) receivers; /* most bytes first */
};

/** Zero-initialise before the first use. */
struct ms_types {
  MS_VEC(struct ms_type) items; /* most bytes first */
};

void ms_types_sum(struct ms_types *types, const struct ms_sites *sites);
void ms_types_free(struct ms_types *types);

#endif
