/* SPDX-License-Identifier: Apache-2.0
 *
 * cpu.c: /proc/stat, a line a core, and /proc/loadavg. Busy is all but idle and iowait; guest time is part of user time
 * already.
 */
#include <string.h>

#include "../os.h"
#include "proc_text.h"
#include "sources.h"

#define FIELDS 8 /* user nice system idle iowait irq softirq steal */

static void put_core(struct ms_sample *sample, const char *line) {
  uint64_t core, value, total = 0, idle = 0;
  if (!ms_proc_number(&line, &core))
    return;
  for (int field = 0; field < FIELDS && ms_proc_number(&line, &value); field++) {
    total += value;
    idle += field == 3 || field == 4 ? value : 0;
  }
  ms_sample_put(sample, MS_METRIC_CPU_BUSY, (uint32_t)core, (int64_t)(total - idle));
  ms_sample_put(sample, MS_METRIC_CPU_TOTAL, (uint32_t)core, (int64_t)total);
}

static void put_cores(struct ms_sample *sample) {
  static char text[256 * 1024]; /* enough for two thousand cores */
  if (ms_os_read("/proc/stat", text, sizeof text) <= 0) {
    ms_sample_unavailable(sample, MS_METRIC_CPU_BUSY, "/proc/stat cannot be read");
    return;
  }
  for (const char *line = text; line; line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL)
    if (strncmp(line, "cpu", 3) == 0 && line[3] >= '0' && line[3] <= '9')
      put_core(sample, line);
}

/* "0.52 0.58 0.59 1/234 5678": the two digits behind the point always stand there. */
static void put_load(struct ms_sample *sample) {
  char text[128];
  uint64_t whole, hundredths;
  const char *at = text;
  if (ms_os_read("/proc/loadavg", text, sizeof text) <= 0) {
    ms_sample_unavailable(sample, MS_METRIC_LOAD_1, "/proc/loadavg cannot be read");
    return;
  }
  for (int i = 0; i < 3 && ms_proc_number(&at, &whole) && ms_proc_number(&at, &hundredths); i++)
    ms_sample_put(sample, (enum ms_metric)(MS_METRIC_LOAD_1 + i), 0, (int64_t)(whole * 1000 + hundredths * 10));
}

void ms_source_cpu(struct ms_sample *sample) {
  put_cores(sample);
  put_load(sample);
}
