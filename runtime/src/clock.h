/* SPDX-License-Identifier: Apache-2.0
 *
 * clock.h: the one clock of a run. A tick is the invariant counter of the processor shifted right until it is at least
 * half a nanosecond, or a nanosecond of CLOCK_MONOTONIC where there is no such counter. The exporter turns ticks into
 * time by the readings the session stores (docs/trace-format.md, section 2).
 */
#ifndef MS_CLOCK_H
#define MS_CLOCK_H

#include <stdint.h>

#include "atomics.h"
#include "os.h"

#if defined(__x86_64__)
#include <x86intrin.h>
#endif

/** Written once by ms_clock_start, before any thread reads the clock. */
extern MS_HIDDEN unsigned ms_clock_shift;
extern MS_HIDDEN int ms_clock_has_counter;

/** Chooses the clock and its tick. Takes about 0.2 ms, once. Thread: the one that starts the session. */
void ms_clock_start(void);
/** Returns the name of the source: "tsc", "cntvct" or "monotonic". */
const char *ms_clock_source(void);
/** Returns the frequency found at the start; the stored readings give a better one. */
uint64_t ms_clock_nominal_hz(void);

/** Returns the raw counter. */
static inline uint64_t ms_clock_counter(void) {
#if defined(__x86_64__)
  return __rdtsc();
#elif defined(__aarch64__)
  uint64_t value;
  __asm__ volatile("mrs %0, cntvct_el0" : "=r"(value));
  return value;
#else
  return 0;
#endif
}

/** Returns ticks, given the raw counter. Precondition: ms_clock_has_counter. */
static inline uint64_t ms_clock_ticks(uint64_t counter) { return counter >> ms_clock_shift; }

/** Returns the time in ticks. Cost: one counter read (35 cycles, 8.5 ns, on the virtual machine this was measured on,
 * of which other work can hide two thirds if it comes between the reading and its use; bench/, short); not ordered
 *  against other instructions: rdtscp or a fence would double the cost, and the exporter's replay copes
 * (architecture.md). */
static inline uint64_t ms_clock_now(void) {
  if (__builtin_expect(ms_clock_has_counter, 1))
    return ms_clock_ticks(ms_clock_counter());
  return ms_os_monotonic_ns();
}

#endif
