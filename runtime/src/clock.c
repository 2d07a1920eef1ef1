/* SPDX-License-Identifier: Apache-2.0
 *
 * clock.c: choice and calibration of the run's clock. Runs once, in ms_session_start; never on the hot path.
 */
#include "clock.h"

#if defined(__x86_64__)
#include <cpuid.h>
#endif

unsigned ms_clock_shift;
int ms_clock_has_counter;

static uint64_t nominal_hz = 1000000000u;

/* Long enough that two clock_gettime calls of 25 ns leave less than 0.05 % of error, short enough to go unnoticed. */
#define CALIBRATION_NS 200000u

static int counter_is_invariant(void) {
#if defined(__x86_64__)
  unsigned a, b, c, d;
  return __get_cpuid(0x80000007u, &a, &b, &c, &d) && (d & (1u << 8)) != 0;
#elif defined(__aarch64__)
  return 1; /* the generic timer runs at a constant rate by definition of the architecture */
#else
  return 0;
#endif
}

void ms_clock_start(void) {
  ms_clock_has_counter = counter_is_invariant();
  ms_clock_shift = 0;
  if (!ms_clock_has_counter)
    return;
  uint64_t begin_ns = ms_os_monotonic_ns(), begin = ms_clock_counter(), now_ns;
  do
    now_ns = ms_os_monotonic_ns();
  while (now_ns - begin_ns < CALIBRATION_NS);
  uint64_t ticks = ms_clock_counter() - begin;
  nominal_hz = ticks * 1000000000u / (now_ns - begin_ns);
  /* Half a nanosecond orders any two events of one address; a finer tick only makes the deltas longer. */
  while (nominal_hz >> ms_clock_shift > 2000000000u)
    ms_clock_shift++;
  nominal_hz >>= ms_clock_shift;
}

const char *ms_clock_source(void) {
  if (!ms_clock_has_counter)
    return "monotonic";
#if defined(__aarch64__)
  return "cntvct";
#else
  return "tsc";
#endif
}

uint64_t ms_clock_nominal_hz(void) { return nominal_hz; }
