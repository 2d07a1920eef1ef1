/* SPDX-License-Identifier: Apache-2.0
 *
 * sampler.c: the draws. Geometric and exponential distances come from a uniform number by the inverse of their
 * distribution functions.
 */
#include "sampler.h"

#include <math.h>

/* Uniform between 0 and 1, never either: xorshift64*, whose upper bits are the good ones. */
static double draw(struct ms_sampler *sampler) {
  uint64_t x = sampler->random;
  x ^= x >> 12;
  x ^= x << 25;
  x ^= x >> 27;
  sampler->random = x;
  return ((double)(x * 0x2545f4914f6cdd1du >> 11) + 0.5) * 0x1p-53;
}

static void draw_distance(struct ms_sampler *sampler) {
  /* Failures before the first success, with probability 1 / mean; or whole bytes before the chosen point. */
  double distance = sampler->kind == MS_SAMPLE_BYTES ? -log(draw(sampler)) * sampler->mean
                                                     : log(draw(sampler)) / log1p(-1 / sampler->mean);
  sampler->left = distance < 0x1p63 ? (uint64_t)distance : UINT64_MAX;
}

void ms_sampler_start(struct ms_sampler *sampler, double rate, uint64_t bytes, uint64_t seed) {
  sampler->random = seed | 1;
  ms_sampler_change(sampler, rate, bytes);
}

void ms_sampler_change(struct ms_sampler *sampler, double rate, uint64_t bytes) {
  *sampler = (struct ms_sampler){.random = sampler->random};
  if (bytes > 0) {
    sampler->kind = MS_SAMPLE_BYTES;
    sampler->mean = (double)bytes;
  } else if (rate < 1) {
    sampler->kind = MS_SAMPLE_ALLOCATIONS;
    sampler->mean = 1 / rate;
  }
  if (sampler->kind == MS_SAMPLE_ALLOCATIONS && rate <= 0)
    sampler->left = UINT64_MAX;
  else if (sampler->kind != MS_SAMPLE_ALL)
    draw_distance(sampler);
}

double ms_sampler_take(struct ms_sampler *sampler, size_t size) {
  if (sampler->kind == MS_SAMPLE_ALL)
    return 1;
  draw_distance(sampler);
  if (sampler->kind == MS_SAMPLE_ALLOCATIONS)
    return sampler->mean;
  return -1 / expm1(-(double)(size + (size == 0)) / sampler->mean);
}
