/* SPDX-License-Identifier: Apache-2.0
 *
 * threads.c: every thread of the process, tracked or not, from /proc/self/task. Three small files a thread and sample,
 * a fourth about once a second.
 */
#include <stdio.h>
#include <string.h>

#include "../local.h"
#include "../options.h"
#include "../os.h"
#include "kept_files.h"
#include "proc_text.h"
#include "sources.h"
#include "thread_counters.h"

struct listing {
  struct ms_sample *sample;
  uint32_t own_tid, helper_tid; /* the collector, and who samples for it, are no threads of the program */
  bool switches;                /* read in this sample: about once a second */
  uint32_t count;
};

/* A name is written when it is new or has changed. */
static void put_name(struct ms_sample *sample, uint32_t tid, const char *name) {
  static struct {
    uint32_t tid;
    char name[64];
  } names[4096]; /* by tid; two threads in one place only cost a few more records */
  uint32_t place = tid % (sizeof names / sizeof names[0]);
  if (names[place].tid == tid && strcmp(names[place].name, name) == 0)
    return;
  names[place].tid = tid;
  snprintf(names[place].name, sizeof names[place].name, "%s", name);
  ms_sample_name(sample, MS_SCOPE_THREAD, tid, name);
}

static void put_counters(struct ms_sample *sample, uint32_t tid, const struct ms_thread_counters *counters,
                         bool switches) {
  const struct {
    enum ms_metric metric;
    size_t offset;
  } rows[] = {
#define ROW(metric, field) {metric, offsetof(struct ms_thread_counters, field)}
      ROW(MS_METRIC_THREAD_START, thread_start_ns),
      ROW(MS_METRIC_THREAD_USER, user_ns),
      ROW(MS_METRIC_THREAD_SYSTEM, system_ns),
      ROW(MS_METRIC_THREAD_CPU, cpu_ns),
      ROW(MS_METRIC_THREAD_MINOR_FAULTS, minor_faults),
      ROW(MS_METRIC_THREAD_MAJOR_FAULTS, major_faults),
      ROW(MS_METRIC_THREAD_READ_CALLS, read_calls),
      ROW(MS_METRIC_THREAD_WRITE_CALLS, write_calls),
      ROW(MS_METRIC_THREAD_READ_BYTES, read_bytes),
      ROW(MS_METRIC_THREAD_WRITE_BYTES, write_bytes),
      ROW(MS_METRIC_THREAD_STORAGE_READ_BYTES, storage_read_bytes),
      ROW(MS_METRIC_THREAD_STORAGE_WRITE_BYTES, storage_write_bytes),
      ROW(MS_METRIC_THREAD_OWN_READ_CALLS, own_read_calls),
      ROW(MS_METRIC_THREAD_OWN_WRITE_CALLS, own_write_calls),
      ROW(MS_METRIC_THREAD_OWN_READ_BYTES, own_read_bytes),
      ROW(MS_METRIC_THREAD_OWN_WRITE_BYTES, own_write_bytes),
      ROW(MS_METRIC_THREAD_VOLUNTARY, voluntary_switches),
      ROW(MS_METRIC_THREAD_INVOLUNTARY, involuntary_switches),
      ROW(MS_METRIC_THREAD_RUN_DELAY, run_delay_ns),
#undef ROW
  };
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    bool is_switch = rows[i].metric == MS_METRIC_THREAD_VOLUNTARY || rows[i].metric == MS_METRIC_THREAD_INVOLUNTARY;
    if (is_switch && !switches)
      continue;
    uint64_t value;
    memcpy(&value, (const char *)counters + rows[i].offset, sizeof value);
    if (counters->unavailable >> (rows[i].offset / 8) & 1)
      ms_sample_unavailable(sample, rows[i].metric, "this kernel does not offer it in /proc/self/task");
    else
      ms_sample_put(sample, rows[i].metric, tid, (int64_t)value);
  }
}

static void put_thread(const char *entry, void *context) {
  struct listing *listing = context;
  const char *digits = entry;
  uint64_t tid;
  if (!ms_proc_number(&digits, &tid) || tid == listing->own_tid || tid == listing->helper_tid)
    return;
  char directory[64];
  struct ms_thread_reading reading;
  char text[4096];
  snprintf(directory, sizeof directory, "/proc/self/task/%u", (unsigned)tid);
  if (!ms_thread_reading_take((uint32_t)tid, directory, ms_kept_files_of((uint32_t)tid, directory), listing->switches,
                              &reading, text, sizeof text))
    return; /* it ended between the listing and now */
  listing->count++;
  put_name(listing->sample, (uint32_t)tid, reading.name);
  ms_sample_put(listing->sample, MS_METRIC_THREAD_ALIVE, (uint32_t)tid, 1);
  ms_sample_put(listing->sample, MS_METRIC_THREAD_STATE, (uint32_t)tid, reading.state);
  put_counters(listing->sample, (uint32_t)tid, &reading.counters, listing->switches);
}

static void put_gone(struct ms_sample *sample, uint32_t tid) { ms_sample_put(sample, MS_METRIC_THREAD_ALIVE, tid, 0); }

void ms_source_threads(struct ms_sample *sample) {
  bool switches = ms_options.resources == 0 || sample->round % ms_options.resources == 1 % ms_options.resources;
  struct listing listing = {sample, ms_local_tid(), ms_os_tid(), switches, 0};
  if (ms_os_list("/proc/self/task", put_thread, &listing) != 0) {
    ms_sample_unavailable(sample, MS_METRIC_THREAD_ALIVE, "/proc/self/task cannot be read");
    return;
  }
  ms_kept_files_sweep();
  ms_sample_missing(sample, MS_METRIC_THREAD_ALIVE, put_gone);
  ms_sample_put(sample, MS_METRIC_PROCESS_THREADS, 0, listing.count);
}
