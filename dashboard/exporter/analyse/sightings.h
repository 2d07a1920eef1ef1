/* SPDX-License-Identifier: Apache-2.0
 *
 * sightings.h: from files and samples to threads. A tid is no identity: the kernel gives it again to a later thread.
 * Two sightings are one thread when the tid is the same and the kernel tells the same start time; where a file has none
 * (unreadable /proc), the tid alone has to do.
 */
#ifndef MEMSCOPE_EXPORTER_SIGHTINGS_H
#define MEMSCOPE_EXPORTER_SIGHTINGS_H

#include "analyse/threads.h"

/** Adds the threads of the thread files, with the counters of their last reading, and fills threads->of_stream. */
void ms_sightings_in_files(struct ms_threads *threads, const struct ms_run *run);

/** Adds the threads that only the samples saw; gives the others their samples, and counters where they left none. */
void ms_sightings_in_samples(struct ms_threads *threads, const struct ms_run *run);

#endif
