/* SPDX-License-Identifier: Apache-2.0
 *
 * thread_counters.c: stat, io, status and schedstat of a thread. A field that a kernel does not offer is marked, never
 * 0.
 */
#include "thread_counters.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "../clock.h"
#include "../local.h"
#include "../os.h"
#include "../own_io.h"
#include "proc_text.h"

#define FIELD(name) (1ull << (offsetof(struct ms_thread_counters, name) / 8))

static const char *const names[MS_THREAD_FILES] = {"stat", "io", "status", "schedstat"};

/* Where a thread is read from. */
struct source {
  const char *directory;
  const struct ms_thread_files *files;
};

static void make_path(char *path, size_t capacity, const char *directory, enum ms_thread_file_name name) {
  snprintf(path, capacity, "%s/%s", directory, names[name]);
}

static long read_file(struct source source, enum ms_thread_file_name name, char *buffer, size_t capacity) {
  char path[128];
  if (source.files && source.files->handles[name] >= 0)
    return ms_os_read_kept(source.files->handles[name], buffer, capacity);
  make_path(path, sizeof path, source.directory, name);
  return ms_os_read_once(path, buffer, capacity);
}

void ms_thread_files_open(struct ms_thread_files *files, const char *directory) {
  char path[128];
  for (unsigned name = 0; name < MS_THREAD_FILES; name++) {
    make_path(path, sizeof path, directory, (enum ms_thread_file_name)name);
    files->handles[name] = ms_os_keep_open(path);
  }
}

void ms_thread_files_close(struct ms_thread_files *files) {
  for (unsigned name = 0; name < MS_THREAD_FILES; name++)
    if (files->handles[name] >= 0)
      ms_os_close_kept(files->handles[name]);
}

/* USER_HZ ticks to nanoseconds. libc knows it without a system call. */
static uint64_t tick_ns(void) { return 1000000000u / (uint64_t)sysconf(_SC_CLK_TCK); }

static bool read_stat(struct source source, struct ms_thread_reading *reading, char *text, size_t capacity) {
  struct ms_thread_counters *counters = &reading->counters;
  if (read_file(source, MS_FILE_STAT, text, capacity) <= 0)
    return false;
  /* "tid (name) state ...": the name may hold anything, parentheses included; the last one ends it. */
  char *open = strchr(text, '('), *close = strrchr(text, ')');
  if (!open || !close || close < open || close[1] == 0 || close[2] == 0)
    return false;
  snprintf(reading->name, sizeof reading->name, "%.*s", (int)(close - open - 1), open + 1);
  reading->state = close[2];
  const char *at = close + 3;
  uint64_t value;
  for (int field = 4; field <= 22 && ms_proc_number(&at, &value); field++) {
    if (field == 10)
      counters->minor_faults = value;
    else if (field == 12)
      counters->major_faults = value;
    else if (field == 14)
      counters->user_ns = value * tick_ns();
    else if (field == 15)
      counters->system_ns = value * tick_ns();
    else if (field == 22)
      counters->thread_start_ns = value * tick_ns();
  }
  return true;
}

static void read_io(uint32_t tid, struct source source, struct ms_thread_counters *counters, char *text,
                    size_t capacity) {
  /* Before the file is read: the reading of it is not in its figures yet. */
  struct ms_own_io own = ms_own_io_of(tid);
  counters->own_read_calls = own.read_calls;
  counters->own_write_calls = own.write_calls;
  counters->own_read_bytes = own.read_bytes;
  counters->own_write_bytes = own.write_bytes;
  if (read_file(source, MS_FILE_IO, text, capacity) <= 0 || !ms_proc_find(text, "rchar", &counters->read_bytes) ||
      !ms_proc_find(text, "wchar", &counters->write_bytes) || !ms_proc_find(text, "syscr", &counters->read_calls) ||
      !ms_proc_find(text, "syscw", &counters->write_calls) ||
      !ms_proc_find(text, "read_bytes", &counters->storage_read_bytes) ||
      !ms_proc_find(text, "write_bytes", &counters->storage_write_bytes))
    counters->unavailable |= FIELD(read_calls) | FIELD(write_calls) | FIELD(read_bytes) | FIELD(write_bytes) |
                             FIELD(storage_read_bytes) | FIELD(storage_write_bytes);
}

static void read_switches(struct source source, struct ms_thread_counters *counters, char *text, size_t capacity) {
  if (read_file(source, MS_FILE_STATUS, text, capacity) <= 0 ||
      !ms_proc_find(text, "voluntary_ctxt_switches", &counters->voluntary_switches) ||
      !ms_proc_find(text, "nonvoluntary_ctxt_switches", &counters->involuntary_switches))
    counters->unavailable |= FIELD(voluntary_switches) | FIELD(involuntary_switches);
}

static void read_schedule(struct source source, struct ms_thread_counters *counters, char *text, size_t capacity) {
  const char *at = text;
  if (read_file(source, MS_FILE_SCHEDSTAT, text, capacity) <= 0 || !ms_proc_number(&at, &counters->cpu_ns) ||
      !ms_proc_number(&at, &counters->run_delay_ns))
    counters->unavailable |= FIELD(cpu_ns) | FIELD(run_delay_ns);
}

bool ms_thread_reading_take(uint32_t tid, const char *directory, const struct ms_thread_files *files, bool switches,
                            struct ms_thread_reading *reading, char *buffer, size_t capacity) {
  const struct source source = {directory, files};
  memset(reading, 0, sizeof *reading);
  reading->counters.ticks = ms_clock_now();
  bool present = read_stat(source, reading, buffer, capacity);
  if (!present)
    reading->counters.unavailable |=
        FIELD(thread_start_ns) | FIELD(user_ns) | FIELD(system_ns) | FIELD(minor_faults) | FIELD(major_faults);
  read_io(tid, source, &reading->counters, buffer, capacity);
  if (switches)
    read_switches(source, &reading->counters, buffer, capacity);
  read_schedule(source, &reading->counters, buffer, capacity);
  return present;
}

/* The kernel's own count is a tenth of the price of `status`, and finer than the ticks of `stat`. */
static void read_usage(struct ms_thread_counters *counters) {
  struct ms_os_usage usage;
  ms_os_thread_usage(&usage);
  counters->user_ns = usage.user_ns;
  counters->system_ns = usage.system_ns;
  counters->minor_faults = usage.minor_faults;
  counters->major_faults = usage.major_faults;
  counters->voluntary_switches = usage.voluntary_switches;
  counters->involuntary_switches = usage.involuntary_switches;
}

void ms_thread_counters_read(struct ms_thread_counters *counters, const struct ms_thread_counters *start, char *buffer,
                             size_t capacity) {
  char directory[32]; /* not /proc/thread-self: another thread may read it for this one */
  snprintf(directory, sizeof directory, "/proc/self/task/%u", (unsigned)ms_local_tid());
  const struct source source = {directory, NULL};
  struct ms_thread_reading reading;
  memset(&reading, 0, sizeof reading);
  if (start) {
    reading.counters.thread_start_ns = start->thread_start_ns;
    reading.counters.unavailable = start->unavailable & FIELD(thread_start_ns);
  } else if (!read_stat(source, &reading, buffer, capacity)) {
    reading.counters.unavailable = FIELD(thread_start_ns);
  }
  *counters = reading.counters;
  counters->ticks = ms_clock_now();
  read_usage(counters);
  read_io(ms_local_tid(), source, counters, buffer, capacity);
  read_schedule(source, counters, buffer, capacity);
}

bool ms_process_faults_read(uint64_t *minor, uint64_t *major) {
  struct ms_thread_reading reading = {.name = ""};
  char text[1024]; /* on the stack of the collector */
  bool present = read_stat((struct source){"/proc/self", NULL}, &reading, text, sizeof text);
  *minor = reading.counters.minor_faults;
  *major = reading.counters.major_faults;
  return present;
}
