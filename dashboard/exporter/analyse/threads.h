/* SPDX-License-Identifier: Apache-2.0
 *
 * threads.h: every thread that the run saw, and what each did: memory from the replay, CPU, I/O and faults from its own
 * last reading of /proc or, where it left none, from the resource samples.
 */
#ifndef MEMSCOPE_EXPORTER_THREADS_H
#define MEMSCOPE_EXPORTER_THREADS_H

#include "analyse/histogram.h"
#include "read/run.h"
#include "replay/heap.h"

/** What /proc counts of a thread, from its birth, less what MemScope itself did in it. */
enum ms_counter {
  MS_COUNTER_USER_NS,
  MS_COUNTER_SYSTEM_NS,
  MS_COUNTER_READ_CALLS,
  MS_COUNTER_WRITE_CALLS,
  MS_COUNTER_READ_BYTES,
  MS_COUNTER_WRITE_BYTES,
  MS_COUNTER_STORAGE_READ_BYTES,
  MS_COUNTER_STORAGE_WRITE_BYTES,
  MS_COUNTER_VOLUNTARY_SWITCHES,
  MS_COUNTER_INVOLUNTARY_SWITCHES,
  MS_COUNTER_RUN_DELAY_NS,
  MS_COUNTER_MINOR_FAULTS,
  MS_COUNTER_MAJOR_FAULTS,
  MS_COUNTER_CPU_NS, /* the scheduler's exact time */
  MS_COUNTERS,
};

struct ms_thread_name {
  uint64_t time_ns;
  const char *name;
};

struct ms_thread {
  uint32_t tid;
  uint32_t found_as; /* order in which the threads were found */
  bool tracked, main;
  MS_VEC(struct ms_thread_name) names; /* in time order */
  MS_VEC(uint32_t) scopes;             /* ids, each once */

  bool has_birth, has_end;
  int64_t birth_ns, end_ns;
  bool has_life;   /* the next field holds */
  int64_t life_ns; /* from birth to the moment at which the counters were read */
  int64_t counters[MS_COUNTERS];
  int64_t before_run[MS_COUNTERS]; /* their values when the run began, for a thread that was there already */
  uint32_t known_counters;         /* bit n: counters[n] was read */
  uint64_t tracked_from_ns, tracked_to_ns;
  uint64_t kernel_start_ns; /* CLOCK_BOOTTIME of birth as the kernel tells it: tells threads with the same tid apart */
  bool has_kernel_start;
  uint32_t first_sample, last_sample; /* resource samples that saw it; MS_NONE: none did */

  uint64_t recorded_allocations, recorded_deallocations; /* events, each counted once */
  bool estimated;                                        /* one of them stands for others */
  ms_sum allocations, deallocations;                     /* by it */
  ms_sum bytes_allocated, bytes_deallocated;             /* by it */
  ms_sum foreign_deallocations;                          /* by it, of others' blocks */
  ms_sum live_bytes, live_blocks, peak_live_bytes;       /* of blocks it allocated, whoever frees them */
  uint64_t peak_time_ns;
  ms_sum blocks_freed, bytes_freed, freed_by_others, temporary; /* the same */
  struct ms_histogram_class sizes[MS_SIZE_CLASSES], lifetimes[MS_LIFETIME_CLASSES];

  uint64_t dropped_events, cut_stacks; /* as the runtime counted */
  uint32_t drop_reasons;               /* enum ms_drop_reason */
};

/** Zero-initialise before the first use. */
struct ms_threads {
  struct ms_arena arena;
  MS_VEC(struct ms_thread) items; /* tracked first, each group by tid */
  struct ms_map scopes_seen;      /* thread << 32 | scope */
  size_t tracked;
  uint32_t *of_stream; /* index in items, by stream */
};

/** Finds the threads: those of the files, then those that only the samples saw. */
void ms_threads_build(struct ms_threads *threads, const struct ms_run *run);
/** Takes a change of the heap. */
void ms_threads_change(struct ms_threads *threads, const struct ms_change *change);
/** Takes what an event says beside the heap: names, scopes. */
void ms_threads_event(struct ms_threads *threads, const struct ms_event *event);
void ms_threads_free(struct ms_threads *threads);

/** Each gives NAN where it could not be measured. */
/** Returns a counter since the run began; NAN where it is not known. */
double ms_thread_counter_in_run(const struct ms_thread *thread, enum ms_counter counter);
double ms_thread_counter(const struct ms_thread *thread, enum ms_counter counter);
double ms_thread_io_operations(const struct ms_thread *thread);
/** The scheduler's exact time where it is known, else user + system time. */
double ms_thread_cpu_ns(const struct ms_thread *thread);
double ms_thread_cpu_percent(const struct ms_thread *thread);
/** Share of its life that it waited for a processor, in percent. */
double ms_thread_wait_percent(const struct ms_thread *thread);
double ms_thread_io_per_second(const struct ms_thread *thread);
/** Per second of the time it was tracked; NAN for an untracked thread. */
double ms_thread_rate(const struct ms_thread *thread, ms_sum amount);
/** Name in force last, "" where it is unknown. */
const char *ms_thread_name(const struct ms_thread *thread);

#endif
