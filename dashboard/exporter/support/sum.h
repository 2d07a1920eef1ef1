/* SPDX-License-Identifier: Apache-2.0
 *
 * sum.h: a total of blocks or bytes. An allocation that was recorded by sampling stands for as many as its weight says,
 * so that a total is a sum of weights, or of weights times bytes. It is rounded when it is written, not before.
 *
 * Why not integers? Weights are none. Without sampling all of them are 1, and sums are whole and exact up to 2^53. With
 * it they are multiples of MS_WEIGHT_STEP, and exact up to 2^37: what was added for a block is taken off without a rest
 * when it ends.
 */
#ifndef MEMSCOPE_EXPORTER_SUM_H
#define MEMSCOPE_EXPORTER_SUM_H

#include <math.h>
#include <stdbool.h>

typedef double ms_sum;

/* At least 1 that a weight is, its relative error is below 8e-6: what chance adds to a sample of ten billion. */
#define MS_WEIGHT_STEP 0x1p-16
#define MS_WEIGHT_MAX 0x1p63

/** Returns a weight of a trace as it is summed. */
static inline double ms_weight_of(double recorded) {
  double weight = rint(recorded / MS_WEIGHT_STEP) * MS_WEIGHT_STEP;
  return weight < 1 ? 1 : weight > MS_WEIGHT_MAX ? MS_WEIGHT_MAX : weight;
}

/** Returns a total as it is written. */
static inline double ms_sum_whole(ms_sum sum) { return rint(sum); }

/** Answers whether a total is written as 1: "1 block". */
static inline bool ms_sum_is_one(ms_sum sum) { return ms_sum_whole(sum) == 1; }

#endif
