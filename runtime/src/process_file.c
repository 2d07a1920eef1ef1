/* SPDX-License-Identifier: Apache-2.0
 *
 * process_file.c: the file's path, its first facts, and what a forked child takes over from its parent's.
 */
#include "process_file.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "atomics.h"
#include "clock.h"
#include "options.h"
#include "os.h"
#include "process_tree.h"
#include "run.h"

#define NAME "memscope_process.bin"

static char path[MS_PATH_MAX + sizeof NAME]; /* "" while there is none */
static struct ms_fact held;
static bool holding;
/* The file's, mapped, so that losses are counted without a system call, which may be what fails. `kept_head` while
 * there is no file, and where it cannot be mapped. */
static struct ms_file_header kept_head, *head = &kept_head;
static int untold; /* why something was lost before the run had begun; 0: nothing was */

static struct {
  char path[MS_PATH_MAX + sizeof NAME];
  uint32_t sites, scopes;
} parent;

/* ---- writing ---- */

/* Told when the run has begun, if it does: else that is what is told. */
static void lose(uint32_t *count, int error) {
  if (ms_run_writable())
    ms_run_complain(error);
  else
    untold = error;
  (void)ms_add_relaxed((_Atomic uint32_t *)count, 1); /* relaxed: a number alone */
  if (head == &kept_head && path[0])
    (void)ms_os_write_at(path, count, sizeof *count, (size_t)((uint8_t *)count - (uint8_t *)head));
}

void ms_process_file_append(struct ms_fact *fact) {
  if (!path[0]) {
    ms_fact_discard(fact);
    return;
  }
  if (holding) {
    ms_fact_move(fact, &held);
    return;
  }
  int error = ms_fact_append(fact, path);
  if (error != 0)
    lose(&head->lost_facts, error);
}

void ms_process_file_lose_thread(int error) { lose(&head->lost_threads, error); }

void ms_process_file_tell(void) {
  if (untold != 0)
    ms_run_complain(untold);
}

void ms_process_file_hold(void) {
  ms_fact_begin(&held, MS_FACT_CLOCK);
  held.size = 0; /* others' bytes, no record of its own */
  holding = true;
}

int ms_process_file_flush(void) {
  holding = false;
  int error = held.failed ? -ENOMEM : ms_os_append(path, held.bytes, held.size);
  ms_fact_discard(&held);
  return error;
}

/* ---- facts ---- */

static void add_command_line(struct ms_fact *fact) {
  static char line[128 * 1024]; /* one thread: the session's start */
  long size = ms_os_read("/proc/self/cmdline", line, sizeof line);
  if (size <= 0) /* the main thread has ended */
    size = ms_os_read("/proc/thread-self/cmdline", line, sizeof line);
  uint32_t count = 0;
  for (long i = 0; i < size; i++)
    count += line[i] == 0;
  ms_fact_u32(fact, count);
  for (const char *argument = line; count > 0; count--, argument += strlen(argument) + 1)
    ms_fact_text(fact, argument);
}

static void write_option(const char *key, const char *value, bool given, void *context) {
  (void)context;
  struct ms_fact fact;
  ms_fact_begin(&fact, MS_FACT_OPTION);
  ms_fact_text(&fact, key);
  ms_fact_text(&fact, value);
  ms_fact_u8(&fact, given);
  ms_process_file_append(&fact);
}

void ms_process_file_describe(void) {
  struct ms_fact fact;
  struct ms_os_names names;
  char place[MS_PATH_MAX];
  ms_os_names(&names);
  ms_fact_begin(&fact, MS_FACT_PROCESS);
  ms_fact_u32(&fact, ms_os_pid());
  ms_fact_u32(&fact, ms_os_parent_pid());
  ms_fact_u64(&fact, ms_clock_now());
  ms_fact_u64(&fact, ms_clock_nominal_hz());
  ms_fact_u32(&fact, ms_os_page_size());
  ms_fact_u32(&fact, ms_os_cores());
  ms_fact_text(&fact, ms_clock_source());
  ms_fact_text(&fact, ms_os_executable(place, sizeof place) ? place : NULL);
  ms_fact_text(&fact, ms_os_absolute(".", place, sizeof place) == 0 ? place : NULL);
  ms_fact_text(&fact, names.host);
  ms_fact_text(&fact, names.kernel);
  ms_fact_text(&fact, names.libc);
  ms_fact_text(&fact, MEMSCOPE_VERSION_TEXT);
  add_command_line(&fact);
  ms_process_file_append(&fact);
  ms_options_each(write_option, NULL);
}

void ms_process_file_clock(void) {
  struct ms_fact fact;
  ms_fact_begin(&fact, MS_FACT_CLOCK);
  /* The two readings around the system's clock are averaged: the pair is exact to half the distance. */
  uint64_t before = ms_clock_now(), monotonic = ms_os_monotonic_ns(), after = ms_clock_now();
  ms_fact_u64(&fact, before + (after - before) / 2);
  ms_fact_u64(&fact, monotonic);
  ms_fact_u64(&fact, ms_os_realtime_ns());
  ms_fact_u64(&fact, ms_os_boottime_ns());
  ms_process_file_append(&fact);
}

void ms_process_file_note(const char *text) {
  struct ms_fact fact;
  ms_fact_begin(&fact, MS_FACT_NOTE);
  ms_fact_u64(&fact, ms_clock_now());
  ms_fact_text(&fact, text);
  ms_process_file_append(&fact);
}

void ms_process_file_end(void) {
  struct ms_fact fact;
  ms_fact_begin(&fact, MS_FACT_END);
  ms_fact_u64(&fact, ms_clock_now());
  ms_process_file_append(&fact);
}

/* ---- opening, and inheriting ---- */

/* One record of the parent's file, if it is one of the texts whose numbers we share. @return its size, 0 at the end. */
static size_t copy_name(uint64_t offset) {
  static uint8_t chunk[1 << 16]; /* one thread: the session's start */
  struct ms_fact_header header;
  uint32_t id;
  long got = ms_os_read_at(parent.path, chunk, sizeof chunk, offset);
  if (got < (long)(sizeof header + sizeof id))
    return 0;
  memcpy(&header, chunk, sizeof header);
  memcpy(&id, chunk + sizeof header, sizeof id);
  if (header.header_check != (header.kind ^ header.payload_bytes ^ header.checksum ^ MS_FACT_CHECK))
    return 0;
  size_t bytes = sizeof header + header.payload_bytes;
  bool shared =
      (header.kind == MS_FACT_SITE && id <= parent.sites) || (header.kind == MS_FACT_SCOPE && id <= parent.scopes);
  int error = shared && bytes <= (size_t)got ? ms_os_append(path, chunk, bytes) : 0;
  if (error != 0)
    lose(&head->lost_facts, error);
  return bytes;
}

int ms_process_file_open(void) {
  snprintf(path, sizeof path, "%s/" NAME, ms_run_directory());
  int error = ms_run_create_file(path, MS_FILE_PROCESS);
  if (error != 0) {
    path[0] = 0;
    return error;
  }
  ms_process_tree_describe(); /* first: others look whose run this is */
  struct ms_file_header *mapped = ms_os_map_file(path, sizeof *mapped);
  if (mapped) {
    mapped->lost_threads = kept_head.lost_threads;
    mapped->lost_facts = kept_head.lost_facts;
    head = mapped;
  }
  uint64_t offset = sizeof(struct ms_file_header);
  for (size_t bytes; parent.path[0] && (bytes = copy_name(offset)) != 0;)
    offset += bytes;
  parent.path[0] = 0;
  return 0;
}

static void unmap_head(void) {
  if (head != &kept_head)
    ms_os_unmap(head, sizeof *head);
  memset(&kept_head, 0, sizeof kept_head);
  head = &kept_head;
  untold = 0;
}

void ms_process_file_remove(void) {
  ms_os_remove(path);
  path[0] = 0;
  unmap_head();
}

void ms_process_file_inherit(uint32_t sites, uint32_t scopes) {
  if (!path[0]) /* so far the process has had none of its own */
    return;
  memcpy(parent.path, path, sizeof parent.path);
  parent.sites = sites;
  parent.scopes = scopes;
  path[0] = 0;
  holding = false;
  unmap_head();
}
