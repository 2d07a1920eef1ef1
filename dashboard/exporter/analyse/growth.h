/* SPDX-License-Identifier: Apache-2.0
 *
 * growth.h: how the live bytes of one call stack moved over the run, over all threads: what tells a leak that grows
 * from a cache that filled up. Constant in size, whatever the number of events.
 */
#ifndef MEMSCOPE_EXPORTER_GROWTH_H
#define MEMSCOPE_EXPORTER_GROWTH_H

#include "support/sum.h"

#include <stdint.h>

struct ms_growth {
  ms_sum live_bytes;            /* now: after the last change, at exit */
  ms_sum most_early, most_late; /* largest live bytes in the first and in the second half of the run */
  bool late, late_frees;        /* most_late holds; blocks were released in the second half */
  ms_sum level;                 /* live bytes at the end of the latest tenth of the run that is over */
  uint8_t tenth, rises;         /* tenth at hand; how many tenths ended above the one before */
  bool sank;                    /* a tenth ended below the one before */
};

/** Takes a change of `bytes` at `time_ns`, of a run that lasts `duration_ns`. Times do not go back. */
void ms_growth_add(struct ms_growth *growth, ms_sum bytes, uint64_t time_ns, uint64_t duration_ns);
/** `freed`: the program released the block; otherwise it only vanished (its address was allocated again). */
void ms_growth_remove(struct ms_growth *growth, ms_sum bytes, bool freed, uint64_t time_ns, uint64_t duration_ns);
/** Ends the last tenth. */
void ms_growth_end(struct ms_growth *growth);

#endif
