/* SPDX-License-Identifier: Apache-2.0
 *
 * memory.c: /proc/meminfo for the system, /proc/thread-self/statm and stat for the process.
 */
#include "../os.h"
#include "proc_text.h"
#include "sources.h"
#include "thread_counters.h"

static void put_system(struct ms_sample *sample) {
  char text[8192];
  uint64_t kibibytes;
  if (ms_os_read("/proc/meminfo", text, sizeof text) <= 0) {
    ms_sample_unavailable(sample, MS_METRIC_MEMORY_TOTAL, "/proc/meminfo cannot be read");
    ms_sample_unavailable(sample, MS_METRIC_MEMORY_AVAILABLE, "/proc/meminfo cannot be read");
    return;
  }
  if (ms_proc_find(text, "MemTotal", &kibibytes))
    ms_sample_put(sample, MS_METRIC_MEMORY_TOTAL, 0, (int64_t)(kibibytes * 1024));
  if (ms_proc_find(text, "MemAvailable", &kibibytes))
    ms_sample_put(sample, MS_METRIC_MEMORY_AVAILABLE, 0, (int64_t)(kibibytes * 1024));
  else
    ms_sample_unavailable(sample, MS_METRIC_MEMORY_AVAILABLE, "/proc/meminfo has no MemAvailable");
}

static void put_process(struct ms_sample *sample) {
  char text[256];
  const char *at = text;
  uint64_t size, resident, minor, major;
  if (ms_os_read("/proc/thread-self/statm", text, sizeof text) > 0 && ms_proc_number(&at, &size) &&
      ms_proc_number(&at, &resident)) {
    ms_sample_put(sample, MS_METRIC_PROCESS_VIRTUAL, 0, (int64_t)(size * ms_os_page_size()));
    ms_sample_put(sample, MS_METRIC_PROCESS_RSS, 0, (int64_t)(resident * ms_os_page_size()));
  } else {
    ms_sample_unavailable(sample, MS_METRIC_PROCESS_RSS, "/proc/thread-self/statm cannot be read");
  }
  if (ms_process_faults_read(&minor, &major)) {
    ms_sample_put(sample, MS_METRIC_PROCESS_MINOR_FAULTS, 0, (int64_t)minor);
    ms_sample_put(sample, MS_METRIC_PROCESS_MAJOR_FAULTS, 0, (int64_t)major);
  }
}

void ms_source_memory(struct ms_sample *sample) {
  put_system(sample);
  put_process(sample);
}
