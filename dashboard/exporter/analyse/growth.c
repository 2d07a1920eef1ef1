/* SPDX-License-Identifier: Apache-2.0
 *
 * growth.c: see growth.h.
 */
#include "analyse/growth.h"

#define TENTHS 10u

void ms_growth_end(struct ms_growth *growth) {
  if (growth->live_bytes > growth->level)
    growth->rises++;
  growth->sank |= growth->live_bytes < growth->level;
  growth->level = growth->live_bytes;
}

/* Called before a change: what is live now was live when the tenth at hand ended, and in those after it. */
static void note_tenth(struct ms_growth *growth, uint64_t time_ns, uint64_t duration_ns) {
  double share = duration_ns == 0 ? 0 : (double)time_ns / (double)duration_ns;
  uint8_t tenth = share < 1 ? (uint8_t)(share * TENTHS) : TENTHS - 1;
  if (tenth > growth->tenth)
    ms_growth_end(growth);
  growth->tenth = tenth;
}

static void note_halves(struct ms_growth *growth, ms_sum before, uint64_t time_ns, uint64_t duration_ns) {
  if (time_ns < duration_ns / 2) {
    if (growth->live_bytes > growth->most_early)
      growth->most_early = growth->live_bytes;
    return;
  }
  if (!growth->late) {
    growth->late = true;
    growth->most_late = before; /* what it carried into the second half */
  }
  if (growth->live_bytes > growth->most_late)
    growth->most_late = growth->live_bytes;
}

void ms_growth_add(struct ms_growth *growth, ms_sum bytes, uint64_t time_ns, uint64_t duration_ns) {
  ms_sum before = growth->live_bytes;
  note_tenth(growth, time_ns, duration_ns);
  growth->live_bytes += bytes;
  note_halves(growth, before, time_ns, duration_ns);
}

void ms_growth_remove(struct ms_growth *growth, ms_sum bytes, bool freed, uint64_t time_ns, uint64_t duration_ns) {
  ms_sum before = growth->live_bytes;
  note_tenth(growth, time_ns, duration_ns);
  growth->live_bytes -= bytes;
  growth->late_frees |= freed && time_ns >= duration_ns / 2;
  note_halves(growth, before, time_ns, duration_ns);
}
