/* SPDX-License-Identifier: Apache-2.0
 *
 * frequency.h: a .freq file: exact counters per call site of one thread.
 */
#ifndef MEMSCOPE_EXPORTER_FREQUENCY_H
#define MEMSCOPE_EXPORTER_FREQUENCY_H

#include "read/trace_file.h"

/** Gives the next entry, moving `at` (start with 0). False at the end of the table; *cut says whether the file ends
 *  inside an entry. */
bool ms_frequency_next(const struct ms_trace_file *file, uint64_t *at, struct ms_frequency *entry, bool *cut);

#endif
