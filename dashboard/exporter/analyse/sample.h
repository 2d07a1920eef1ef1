/* SPDX-License-Identifier: Apache-2.0
 *
 * sample.h: how the recorded allocations were chosen, by which rates and in which scopes, and how far what is estimated
 * from them can be off.
 *
 * Each allocation was chosen for itself, with a probability p that its weight w = 1 / p tells. So the variance of a sum
 * of weights is estimated by the sum of w (w - 1), and that of the bytes by the sum of size^2 w (w - 1).
 */
#ifndef MEMSCOPE_EXPORTER_SAMPLE_H
#define MEMSCOPE_EXPORTER_SAMPLE_H

#include "read/record.h"
#include "replay/heap.h"

/** One way of choosing that was in force somewhere. */
struct ms_way {
  struct ms_sampling how;
  uint64_t recorded;
  ms_sum allocations, bytes_allocated; /* that the recorded ones stand for */
  MS_VEC(uint32_t) threads;            /* that it was in force in, each once */
  MS_VEC(uint32_t) scopes;             /* ids of the scopes of the recorded ones, each once */
};

/** Zero-initialise, then ms_sample_start. */
struct ms_sample {
  MS_VEC(struct ms_way) ways; /* the first: all are recorded */
  struct ms_index by_content;
  struct {
    uint32_t way;   /* in force */
    uint32_t scope; /* + 1, of its allocations so far, the latest; 0: there was none */
  } * of_stream;
  struct ms_map seen; /* way << 33 | 1 << 32 | scope, and way << 33 | thread */
  bool estimated;     /* a recorded allocation stands for others */
  double allocations_variance, bytes_variance;
};

void ms_sample_start(struct ms_sample *sample, size_t stream_count);
/** Takes a SAMPLING or an ALLOC of a thread. */
void ms_sample_event(struct ms_sample *sample, const struct ms_event *event, uint32_t thread);
void ms_sample_free(struct ms_sample *sample);

/** Answers whether an allocation can have been passed over. */
bool ms_sample_is_one(const struct ms_sample *sample);
/** Returns the lowest rate below 1 that was in force; NAN where none was. */
double ms_sample_rate(const struct ms_sample *sample);
/** Returns the largest mean distance in bytes that was in force; NAN where none was. */
double ms_sample_bytes(const struct ms_sample *sample);

#endif
