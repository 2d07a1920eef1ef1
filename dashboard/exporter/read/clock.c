/* SPDX-License-Identifier: Apache-2.0
 *
 * clock.c: fixed point with 40 bits behind the point: an hour is right to a nanosecond, a product fits 128 bits.
 */
#include "read/clock.h"

#include <stddef.h>

#define FRACTION_BITS 40u
#define SHORTEST_BASE_NS 10000000u /* readings closer than this are too coarse for a slope */
#define SLOWEST_TICK_NS 1000000u   /* no clock of ours ticks slower than a thousand times a second */

static uint64_t scale_of(uint64_t ns, uint64_t ticks) {
  unsigned __int128 scale = ((unsigned __int128)ns << FRACTION_BITS) / ticks;
  return scale > (uint64_t)SLOWEST_TICK_NS << FRACTION_BITS ? 0 : (uint64_t)scale;
}

void ms_clock_calibrate(struct ms_clock *clock, uint64_t zero_ticks, uint64_t nominal_ticks_per_second,
                        const struct ms_clock_reading *first, const struct ms_clock_reading *last) {
  *clock = (struct ms_clock){.zero_ticks = zero_ticks};
  if (first != NULL && last != NULL && last->ticks > first->ticks && last->monotonic_ns > first->monotonic_ns &&
      last->monotonic_ns - first->monotonic_ns >= SHORTEST_BASE_NS)
    clock->scale = scale_of(last->monotonic_ns - first->monotonic_ns, last->ticks - first->ticks);
  if (clock->scale == 0 && nominal_ticks_per_second > 0)
    clock->scale = scale_of(1000000000u, nominal_ticks_per_second);
  clock->calibrated = clock->scale != 0;
  if (!clock->calibrated)
    clock->scale = (uint64_t)1 << FRACTION_BITS;
  if (first == NULL)
    return;
  uint64_t since_start = (uint64_t)ms_clock_ns(clock, first->ticks);
  clock->realtime_offset_ns = (int64_t)(first->realtime_ns - since_start);
  clock->boottime_offset_ns = (int64_t)(first->boottime_ns - since_start);
}

static uint64_t scaled(const struct ms_clock *clock, uint64_t ticks) {
  unsigned __int128 ns = ((unsigned __int128)ticks * clock->scale) >> FRACTION_BITS;
  return ns > MS_CLOCK_FARTHEST_NS ? MS_CLOCK_FARTHEST_NS : (uint64_t)ns;
}

int64_t ms_clock_ns(const struct ms_clock *clock, uint64_t ticks) {
  return ticks >= clock->zero_ticks ? (int64_t)scaled(clock, ticks - clock->zero_ticks)
                                    : -(int64_t)scaled(clock, clock->zero_ticks - ticks);
}

uint64_t ms_clock_event_ns(const struct ms_clock *clock, uint64_t ticks) {
  return ticks >= clock->zero_ticks ? scaled(clock, ticks - clock->zero_ticks) : 0;
}

double ms_clock_ticks_per_second(const struct ms_clock *clock) {
  return 1e9 * (double)((uint64_t)1 << FRACTION_BITS) / (double)clock->scale;
}
