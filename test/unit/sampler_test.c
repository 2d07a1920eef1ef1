/* SPDX-License-Identifier: Apache-2.0
 *
 * sampler_test.c: what is estimated from the chosen allocations and their weights is what was there, for each size, for
 * both kinds of sampling, and where they change all the time. An estimate of n allocations that are chosen with probability p has the deviation
 * sqrt(n (1 - p) / p); the seeds are fixed, so five of them are no matter of luck.
 */
#include <math.h>
#include <stdio.h>

#include "check.h"
#include "sampler.h"

#define ROUNDS 400000

static const size_t sizes[] = {0, 1, 16, 100, 1000, 10000, 100000, 1000000};
#define SIZES (sizeof sizes / sizeof sizes[0])

static void estimates_are_unbiased(double rate, uint64_t bytes, uint64_t seed) {
  struct ms_sampler sampler;
  double estimate[SIZES] = {0};
  ms_sampler_start(&sampler, rate, bytes, seed);
  for (int round = 0; round < ROUNDS; round++)
    for (unsigned i = 0; i < SIZES; i++)
      if (!ms_sampler_skips(&sampler, sizes[i]))
        estimate[i] += ms_sampler_take(&sampler, sizes[i]);
  for (unsigned i = 0; i < SIZES; i++) {
    double size = sizes[i] > 0 ? (double)sizes[i] : 1;
    double p = bytes > 0 ? 1 - exp(-size / (double)bytes) : rate;
    double deviation = sqrt(ROUNDS * (1 - p) / p);
    printf("rate %g, bytes %llu, size %zu: %.0f of %d +- %.0f\n", rate, (unsigned long long)bytes, sizes[i], estimate[i],
           ROUNDS, deviation);
    CHECK(fabs(estimate[i] - ROUNDS) <= 5 * deviation + 1e-6 * ROUNDS);
  }
}

/* Each size is met under three samplings in turn, whose changes fall anywhere between two choices. */
static void changes_leave_them_unbiased(uint64_t seed) {
  static const struct {
    double rate;
    uint64_t bytes;
  } kinds[] = {{0.01, 0}, {0.5, 0}, {1, 4096}};
  struct ms_sampler sampler;
  double estimate[3][SIZES] = {{0}};
  ms_sampler_start(&sampler, 1, 0, seed);
  for (int round = 0; round < ROUNDS; round++)
    for (unsigned kind = 0; kind < 3; kind++) {
      ms_sampler_change(&sampler, kinds[kind].rate, kinds[kind].bytes);
      for (unsigned i = 0; i < SIZES; i++)
        if (!ms_sampler_skips(&sampler, sizes[i]))
          estimate[kind][i] += ms_sampler_take(&sampler, sizes[i]);
    }
  for (unsigned kind = 0; kind < 3; kind++)
    for (unsigned i = 0; i < SIZES; i++) {
      double size = sizes[i] > 0 ? (double)sizes[i] : 1;
      double p = kinds[kind].bytes > 0 ? 1 - exp(-size / (double)kinds[kind].bytes) : kinds[kind].rate;
      double deviation = sqrt(ROUNDS * (1 - p) / p);
      CHECK(fabs(estimate[kind][i] - ROUNDS) <= 5 * deviation + 1e-6 * ROUNDS);
    }
}

static void all_and_none(void) {
  struct ms_sampler all, none;
  ms_sampler_start(&all, 1, 0, 1);
  ms_sampler_start(&none, 0, 0, 1);
  for (int i = 0; i < 1000; i++) {
    CHECK(!ms_sampler_skips(&all, 1) && ms_sampler_take(&all, 1) == 1);
    CHECK(ms_sampler_skips(&none, 1u << 20));
  }
}

int main(void) {
  all_and_none();
  for (uint64_t seed = 1; seed <= 3; seed++) {
    estimates_are_unbiased(0.5, 0, seed);
    estimates_are_unbiased(0.01, 0, seed);
    estimates_are_unbiased(0.999, 0, seed);
    estimates_are_unbiased(1, 512, seed);
    estimates_are_unbiased(1, 524288, seed);
    changes_leave_them_unbiased(seed);
  }
  return 0;
}
