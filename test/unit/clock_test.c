/* SPDX-License-Identifier: Apache-2.0
 *
 * clock_test.c: ticks become nanoseconds by the readings, by the nominal frequency, or, said plainly, not at all.
 */
#include "check.h"
#include "read/clock.h"

#include <stddef.h>

int main(void) {
  struct ms_clock clock;
  /* 3 ticks a nanosecond, 10 s apart; the run began 300 ticks before the first reading. */
  struct ms_clock_reading first = {1000300, 5000000000, 1700000000000000000, 6000000000};
  struct ms_clock_reading last = {30001000300, 15000000000, 1700000010000000000, 16000000000};
  ms_clock_calibrate(&clock, 1000000, 0, &first, &last);
  CHECK(clock.calibrated);
  CHECK(ms_clock_event_ns(&clock, 1000000) == 0);
  CHECK(ms_clock_event_ns(&clock, 30001000000) >= 9999999999 && ms_clock_event_ns(&clock, 30001000000) <= 10000000000);
  CHECK(ms_clock_ns(&clock, 999700) == -99 || ms_clock_ns(&clock, 999700) == -100);
  CHECK(ms_clock_event_ns(&clock, 0) == 0);
  CHECK(clock.boottime_offset_ns >= 5999999900 && clock.boottime_offset_ns <= 5999999901);

  /* Readings closer than 10 ms: the nominal frequency stands. */
  last = first;
  last.ticks += 50;
  last.monotonic_ns += 1000;
  ms_clock_calibrate(&clock, 0, 2000000000, &first, &last);
  CHECK(clock.calibrated && ms_clock_event_ns(&clock, 2000000) == 1000000);

  /* Nothing to go by. */
  ms_clock_calibrate(&clock, 0, 0, NULL, NULL);
  CHECK(!clock.calibrated && ms_clock_event_ns(&clock, 77) == 77);

  /* The farthest tick does not overflow. */
  ms_clock_calibrate(&clock, 0, 1000, NULL, NULL);
  CHECK(ms_clock_event_ns(&clock, UINT64_MAX) == MS_CLOCK_FARTHEST_NS);
  return 0;
}
