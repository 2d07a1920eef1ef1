/* SPDX-License-Identifier: Apache-2.0
 *
 * sampler.h: which allocations of a thread are recorded, and for how many each of them stands.
 *
 * Either each allocation is chosen with the same probability, or each byte is: then the distance between chosen bytes
 * is exponentially distributed (a Poisson process, as in tcmalloc), and an allocation is recorded if a chosen byte lies
 * in it. Both without a draw for what is not recorded: the distance to the next choice is drawn, and counted down. A
 * recorded allocation weighs one over the probability with which one of its size is chosen, so that sums of weights,
 * and of weights times sizes, expect to be the true ones.
 *
 * Thread: the owner. Cost of an allocation that is not chosen: a compare and a subtraction; with its count and the
 * clock 9 ns a pair. Guarded by bench/ (short, "MemScope, 1 in 100").
 */
#ifndef MS_SAMPLER_H
#define MS_SAMPLER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum ms_sampling { MS_SAMPLE_ALL, MS_SAMPLE_ALLOCATIONS, MS_SAMPLE_BYTES };

struct ms_sampler {
  uint64_t left; /* allocations, or bytes, before the next chosen one; 0 for all, UINT64_MAX for none */
  uint64_t random;
  double mean; /* of that distance: one over the rate, or bytes */
  enum ms_sampling kind;
};

/** Prepares the sampler: `rate` of the allocations from 0 to 1, or, if `bytes` is not 0, one in so many bytes. */
void ms_sampler_start(struct ms_sampler *sampler, double rate, uint64_t bytes, uint64_t seed);

/** Goes on with another rate. What has been passed makes no choice more likely, so the distance is drawn anew, and the
 *  sample stays unbiased as long as the change does not depend on what was chosen. */
void ms_sampler_change(struct ms_sampler *sampler, double rate, uint64_t bytes);

/** Returns whether an allocation of `size` is not chosen, and goes past it. */
static inline bool ms_sampler_skips(struct ms_sampler *sampler, size_t size) {
  /* Nothing can be chosen in no byte; but a block is there, and its malloc has a byte at least. */
  uint64_t step = sampler->kind == MS_SAMPLE_BYTES ? size + (size == 0) : 1;
  if (sampler->left < step)
    return false;
  sampler->left -= step;
  return true;
}

/** Returns the weight of the allocation that was not skipped, and draws the next choice. */
double ms_sampler_take(struct ms_sampler *sampler, size_t size);

#endif
