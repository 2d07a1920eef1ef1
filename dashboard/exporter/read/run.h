/* SPDX-License-Identifier: Apache-2.0
 *
 * run.h: a directory of trace files (or one file of it) as the input of the later stages: opened, checked, verified.
 */
#ifndef MEMSCOPE_EXPORTER_RUN_H
#define MEMSCOPE_EXPORTER_RUN_H

#include "read/frequency.h"
#include "read/samples.h"
#include "read/verify.h"
#include "support/progress.h"

/** A thread file. Two streams can belong to one thread: it freed tracked blocks first and was tracked later. */
struct ms_stream {
  struct ms_trace_file file;
  struct ms_verified verified;
  ms_stack_ids stack_ids;
};

/** Zero-initialise before the first use. */
struct ms_run {
  struct ms_damage_list damage;
  struct ms_trace_file process, resources; /* bytes NULL where missing */
  struct ms_facts facts;
  struct ms_samples samples;
  struct ms_clock clock;
  struct ms_stack_table stacks;
  MS_VEC(struct ms_stream) streams;
  MS_VEC(struct ms_trace_file) frequencies;
  uint64_t run_id;
  uint32_t opened;                              /* files that belong to the run */
  uint64_t records, allocations, deallocations; /* sums over the streams */
  uint64_t duration_ns;                         /* start to the last thing recorded */
};

/** Opens and verifies a run: a directory, or one thread file together with the facts beside it.
 *  @return MS_E_INPUT where there is nothing to read: no such directory, no run in it, another version.
 *  Damage inside is in run->damage and not printed. The caller frees the run whatever the result. */
MS_MUST_CHECK enum ms_status ms_run_open(struct ms_run *run, const char *directory, struct ms_error *error);
MS_MUST_CHECK enum ms_status ms_run_open_file(struct ms_run *run, const char *path, struct ms_error *error);
void ms_run_free(struct ms_run *run);

#endif
