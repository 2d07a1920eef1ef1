/* SPDX-License-Identifier: Apache-2.0
 *
 * types.h: bytes and counts by allocated type, summed from the call sites.
 */
#ifndef MEMSCOPE_EXPORTER_TYPES_H
#define MEMSCOPE_EXPORTER_TYPES_H

#include "analyse/sites.h"

struct ms_type {
  const char *name; /* "": the compiler could not tell */
  uint64_t allocations, bytes_allocated, peak_bytes, live_bytes;
  MS_VEC(uint32_t) sites;         /* most bytes first */
  MS_VEC(const char *) receivers; /* variables and fields that receive blocks of the type, each once */
};

/** Zero-initialise before the first use. */
struct ms_types {
  MS_VEC(struct ms_type) items; /* most bytes first */
};

void ms_types_sum(struct ms_types *types, const struct ms_sites *sites);
void ms_types_free(struct ms_types *types);

#endif
