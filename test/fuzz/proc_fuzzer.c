/* SPDX-License-Identifier: Apache-2.0
 *
 * proc_fuzzer.c: the collector's sources with texts of a kernel that says anything. The input is the texts, each ended by a
 * zero byte, that are read one after the other; names in /proc/self/task are such texts, too. The linker puts these
 * functions in the place of those that ask the kernel.
 */
#include <stdlib.h>
#include <string.h>

#include "os.h"
#include "resources/kept_files.h"
#include "resources/sources.h"
#include "resources/thread_counters.h"
#include "trace_input.h"

static const uint8_t *next;
static size_t left;

/* As ms_os_read: a text that fills the buffer, its end included, or an error where nothing is left. */
static long give(char *buffer, size_t capacity) {
  if (left == 0)
    return -2;
  size_t length = strnlen((const char *)next, left), given = length < capacity ? length : capacity - 1;
  memcpy(buffer, next, given);
  buffer[given] = 0;
  length += length < left;
  next += length;
  left -= length;
  return (long)given;
}

long __wrap_ms_os_read(const char *path, char *buffer, size_t capacity);
long __wrap_ms_os_read_once(const char *path, char *buffer, size_t capacity);
long __wrap_ms_os_read_kept(int handle, char *buffer, size_t capacity);
int __wrap_ms_os_keep_open(const char *path);
void __wrap_ms_os_close_kept(int handle);
int __wrap_ms_os_list(const char *path, void (*visit)(const char *entry, void *context), void *context);
int __wrap_ms_fact_append(struct ms_fact *fact, const char *path);

long __wrap_ms_os_read(const char *path, char *buffer, size_t capacity) { return (void)path, give(buffer, capacity); }
long __wrap_ms_os_read_once(const char *path, char *buffer, size_t capacity) {
  return (void)path, give(buffer, capacity);
}
long __wrap_ms_os_read_kept(int handle, char *buffer, size_t capacity) { return (void)handle, give(buffer, capacity); }
int __wrap_ms_os_keep_open(const char *path) { return path[0] == '/' ? 1 : -2; }
void __wrap_ms_os_close_kept(int handle) { MUST(handle == 1); }

int __wrap_ms_os_list(const char *path, void (*visit)(const char *entry, void *context), void *context) {
  char entry[256];
  (void)path;
  for (int i = 0; i < 64 && give(entry, sizeof entry) > 0; i++)
    visit(entry, context);
  return 0;
}

int __wrap_ms_fact_append(struct ms_fact *fact, const char *path) {
  (void)path;
  MUST(!fact->failed && fact->size >= sizeof(struct ms_fact_header));
  ms_fact_discard(fact);
  return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *input, size_t bytes) {
  struct ms_sample sample;
  static char text[4096];
  next = input;
  left = bytes;
  MUST(ms_sample_open(&sample, "/nowhere") == 0);
  ms_kept_files_start(true);
  for (int round = 0; round < 2; round++) {
    ms_sample_begin(&sample);
    ms_source_cpu(&sample);
    ms_source_memory(&sample);
    ms_source_threads(&sample);
    MUST(ms_sample_end(&sample, 1, 1) == 0);
  }
  struct ms_thread_counters start, now;
  ms_thread_counters_read(&start, NULL, text, sizeof text);
  ms_thread_counters_read(&now, &start, text, sizeof text);
  ms_sample_close(&sample);
  return 0;
}
