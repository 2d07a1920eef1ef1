/* SPDX-License-Identifier: Apache-2.0
 *
 * clock.h: ticks of the run's clock to nanoseconds since the run's start, and the kernel's clocks to the same scale.
 */
#ifndef MEMSCOPE_EXPORTER_CLOCK_H
#define MEMSCOPE_EXPORTER_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

/** No time lies farther from the run's start (73 years), so that sums and differences of two never overflow. */
#define MS_CLOCK_FARTHEST_NS (INT64_MAX / 4)

struct ms_clock_reading {
  uint64_t ticks, monotonic_ns, realtime_ns, boottime_ns;
};

/** A straight line: ns = (ticks - zero_ticks) * ns_per_tick. */
struct ms_clock {
  uint64_t zero_ticks;        /* the run's start */
  uint64_t scale;             /* ns per tick, times 2^40 */
  bool calibrated;            /* false: no reading was there, a tick is taken as a nanosecond and the report says so */
  int64_t realtime_offset_ns; /* CLOCK_REALTIME at the run's start */
  int64_t boottime_offset_ns; /* CLOCK_BOOTTIME at the run's start */
};

/** Lays the line through the first and the last reading; where these are less than 10 ms apart or disagree with any
 *  possible clock, takes `nominal_ticks_per_second` (0: unknown). */
void ms_clock_calibrate(struct ms_clock *clock, uint64_t zero_ticks, uint64_t nominal_ticks_per_second,
                        const struct ms_clock_reading *first, const struct ms_clock_reading *last);

/** Nanoseconds since the run's start; negative for what was before it; at most MS_CLOCK_FARTHEST_NS away. */
int64_t ms_clock_ns(const struct ms_clock *clock, uint64_t ticks);
/** The same, with 0 for what was before the start. */
uint64_t ms_clock_event_ns(const struct ms_clock *clock, uint64_t ticks);
/** Ticks per second of the line. */
double ms_clock_ticks_per_second(const struct ms_clock *clock);

#endif
