/* SPDX-License-Identifier: Apache-2.0
 *
 * sources.h: the readings that make a sample; each source is a file of its own and puts its values into the sample, or
 * says why it has none. Thread: the collector only. Costs are in docs/performance.md, measured.
 */
#ifndef MS_RESOURCES_SOURCES_H
#define MS_RESOURCES_SOURCES_H

#include "sample.h"

/** Per-core CPU time and load averages (cpu.c). */
void ms_source_cpu(struct ms_sample *sample);
/** Memory of the system, memory and faults of the process (memory.c). */
void ms_source_memory(struct ms_sample *sample);
/** State, CPU, I/O, faults and switches of every thread of the process (threads.c). */
void ms_source_threads(struct ms_sample *sample);
/** GPU (gpu.c). */
void ms_source_gpu(struct ms_sample *sample);

#endif
