/* SPDX-License-Identifier: Apache-2.0
 *
 * session.c: start and end of a run, and its process file. The order of a start: clock, directory, process file with
 * process, options and modules, then RUNNING (R3), then the collector.
 */
#include "session.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "diagnostics.h"
#include "modules.h"
#include "options.h"
#include "resources/collector.h"
#include "run_directory.h"
#include "sites.h"
#include "thread_state.h"
#include "varint.h"

#define RUNTIME_VERSION MEMSCOPE_VERSION_TEXT

_Atomic int ms_session_state = MS_SESSION_IDLE;

static struct {
  char directory[MS_PATH_MAX];
  char process_file[MS_PATH_MAX + 32];
  char parent_file[MS_PATH_MAX + 32];   /* process file of the process that forked us, "" without one */
  uint32_t parent_sites, parent_scopes; /* numbered before the fork */
  uint64_t id;
} session;

/* Facts of the start, written together behind the file's header. */
static struct ms_fact batch;
static bool batching;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static atomic_flag fact_lost = ATOMIC_FLAG_INIT;
static _Atomic uint64_t run_bytes;

const char *ms_session_directory(void) { return session.directory; }
uint64_t ms_session_id(void) { return session.id; }

/* ---- the process file ---- */

void ms_session_append_fact(struct ms_fact *fact) {
  if (!session.process_file[0]) { /* no run yet: its start writes what is known by then */
    ms_fact_discard(fact);
    return;
  }
  if (batching) { /* only during the start, by the thread that holds the lock: no other has anything to write yet */
    ms_fact_move(fact, &batch);
    return;
  }
  int error = ms_fact_append(fact, session.process_file);
  if (error != 0 && !atomic_flag_test_and_set_explicit(&fact_lost, memory_order_relaxed))
    ms_warn("%s: %s: names of call sites or modules are lost", session.process_file, strerror(-error));
}

void ms_session_append_note(const char *text) {
  struct ms_fact fact;
  ms_fact_begin(&fact, MS_FACT_NOTE);
  ms_fact_u64(&fact, ms_clock_now());
  ms_fact_text(&fact, text);
  ms_session_append_fact(&fact);
}

void ms_session_file_header(struct ms_file_header *header, enum ms_file_kind kind, uint32_t header_bytes,
                            uint32_t tid) {
  memset(header, 0, sizeof *header);
  memcpy(header->magic, MS_FILE_MAGIC, sizeof header->magic);
  header->version = MS_FORMAT_VERSION;
  header->kind = (uint16_t)kind;
  header->header_bytes = header_bytes;
  header->run_id = session.id;
  header->pid = ms_os_pid();
  header->tid = tid;
  header->start_ticks = ms_clock_now();
  header->pointer_bytes = sizeof(void *);
}

int ms_session_create_file(const char *path, enum ms_file_kind kind) {
  struct ms_file_header header;
  ms_session_file_header(&header, kind, sizeof header, 0);
  int error = ms_os_create(path);
  return error != 0 ? error : ms_os_append(path, &header, sizeof header);
}

static void add_command_line(struct ms_fact *fact) {
  static char line[128 * 1024]; /* under the lock */
  long size = ms_os_read("/proc/self/cmdline", line, sizeof line);
  uint32_t count = 0;
  for (long i = 0; i < size; i++)
    count += line[i] == 0;
  ms_fact_u32(fact, count);
  for (const char *argument = line; count > 0; count--, argument += strlen(argument) + 1)
    ms_fact_text(fact, argument);
}

static void write_process(void) {
  struct ms_fact fact;
  struct ms_os_names names;
  char path[MS_PATH_MAX];
  ms_os_names(&names);
  ms_fact_begin(&fact, MS_FACT_PROCESS);
  ms_fact_u32(&fact, ms_os_pid());
  ms_fact_u32(&fact, ms_os_parent_pid());
  ms_fact_u64(&fact, ms_clock_now());
  ms_fact_u64(&fact, ms_clock_nominal_hz());
  ms_fact_u32(&fact, ms_os_page_size());
  ms_fact_u32(&fact, ms_os_cores());
  ms_fact_text(&fact, ms_clock_source());
  ms_fact_text(&fact, ms_os_read_link("/proc/self/exe", path, sizeof path) == 0 ? path : NULL);
  ms_fact_text(&fact, ms_os_absolute(".", path, sizeof path) == 0 ? path : NULL);
  ms_fact_text(&fact, names.host);
  ms_fact_text(&fact, names.kernel);
  ms_fact_text(&fact, names.libc);
  ms_fact_text(&fact, RUNTIME_VERSION);
  add_command_line(&fact);
  ms_session_append_fact(&fact);
}

static void write_option(const char *key, const char *value, bool given, void *context) {
  (void)context;
  struct ms_fact fact;
  ms_fact_begin(&fact, MS_FACT_OPTION);
  ms_fact_text(&fact, key);
  ms_fact_text(&fact, value);
  ms_fact_u8(&fact, given);
  ms_session_append_fact(&fact);
}

void ms_session_write_clock(void) {
  struct ms_fact fact;
  ms_fact_begin(&fact, MS_FACT_CLOCK);
  /* The two readings around the system's clock are averaged: the pair is exact to half the distance. */
  uint64_t before = ms_clock_now(), monotonic = ms_os_monotonic_ns(), after = ms_clock_now();
  ms_fact_u64(&fact, before + (after - before) / 2);
  ms_fact_u64(&fact, monotonic);
  ms_fact_u64(&fact, ms_os_realtime_ns());
  ms_fact_u64(&fact, ms_os_boottime_ns());
  ms_session_append_fact(&fact);
}

/* A child keeps the numbers that its parent gave to sites and scopes, and copies their texts. */
static void copy_parent_names(void) {
  static uint8_t chunk[1 << 16];
  uint64_t offset = sizeof(struct ms_file_header);
  while (session.parent_file[0]) {
    struct ms_fact_header header;
    uint32_t id = 0;
    long got = ms_os_read_at(session.parent_file, chunk, sizeof chunk, offset);
    if (got < (long)(sizeof header + sizeof id))
      break;
    memcpy(&header, chunk, sizeof header);
    memcpy(&id, chunk + sizeof header, sizeof id);
    if (header.header_check != (header.kind ^ header.payload_bytes ^ header.checksum ^ MS_FACT_CHECK))
      break;
    size_t bytes = sizeof header + header.payload_bytes;
    bool ours = (header.kind == MS_FACT_SITE && id <= session.parent_sites) ||
                (header.kind == MS_FACT_SCOPE && id <= session.parent_scopes);
    if (ours && bytes <= (size_t)got)
      (void)ms_os_append(session.process_file, chunk, bytes);
    offset += bytes;
  }
  session.parent_file[0] = 0;
}

/* ---- start ---- */

static int make_files(const char *wanted) {
  int error = ms_run_directory_prepare(wanted, session.directory, sizeof session.directory - 64);
  if (error != 0)
    return error;
  snprintf(session.process_file, sizeof session.process_file, "%s/memscope_process.bin", session.directory);
  return ms_session_create_file(session.process_file, MS_FILE_PROCESS);
}

/* Process, options, modules and the clock, in one write. */
static int write_first_facts(void) {
  ms_fact_begin(&batch, MS_FACT_CLOCK);
  batch.size = 0; /* no record of its own */
  batching = true;
  ms_session_write_clock();
  write_process();
  ms_options_each(write_option, NULL);
  ms_modules_refresh();
  batching = false;
  int error = batch.failed ? -ENOMEM : ms_os_append(session.process_file, batch.bytes, batch.size);
  ms_fact_discard(&batch);
  copy_parent_names();
  return error;
}

/* `directory` NULL: the option's, and a failure is final; a caller of the API may try another one. */
static int fail_start(int error, const char *directory) {
  const char *place = session.directory[0] ? session.directory : directory ? directory : ms_options.output_dir;
  ms_warn("%s: %s: nothing is recorded", place, strerror(-error));
  session.process_file[0] = 0;
  if (!directory)
    ms_store_release(&ms_session_state, MS_SESSION_FAILED);
  return error;
}

static int start_locked(const char *directory) {
  const char *wanted = directory ? directory : ms_options.output_dir;
  ms_clock_start();
  session.id = ms_os_random();
  int error = make_files(wanted);
  if (error != 0)
    return fail_start(error, directory);
  error = write_first_facts();
  if (error != 0)
    return fail_start(error, directory);
  ms_store_release(&ms_session_state, MS_SESSION_RUNNING); /* R3: publishes directory, id and clock; pairs with A3 */
  MS_DEBUG("recording into %s", session.directory);
  ms_collector_start();
  return 0;
}

struct start {
  const char *directory;
  int error;
};

static void *run_start(void *argument) {
  struct start *start = argument;
  ms_local.busy = 1; /* nothing of this thread is ever recorded */
  start->error = start_locked(start->directory);
  return NULL;
}

/* The thread that happens to be the first tracked one may have a small stack, and its system calls are being counted:
 * the work is done in a thread of its own, or here where none is to be had. */
static int start_apart(const char *directory) {
  struct start start = {directory, 0};
  uint64_t handle[MS_OS_THREAD_WORDS];
  if (ms_os_start_thread(run_start, &start, handle) == 0) {
    ms_os_join_thread(handle);
    return start.error;
  }
  return start_locked(directory);
}

int ms_session_start(const char *directory) {
  int error = 0;
  pthread_mutex_lock(&lock);
  switch (ms_load_relaxed(&ms_session_state)) { /* relaxed: under the lock */
  case MS_SESSION_IDLE:
    error = start_apart(directory);
    break;
  case MS_SESSION_RUNNING:
  case MS_SESSION_ENDED:
    if (directory) {
      char absolute[MS_PATH_MAX];
      error = ms_os_absolute(directory, absolute, sizeof absolute);
      if (error == 0 && strcmp(absolute, session.directory) != 0)
        error = -EEXIST;
    }
    break;
  default:
    error = -EIO;
  }
  pthread_mutex_unlock(&lock);
  return error;
}

bool ms_session_account(uint64_t bytes) {
  if (ms_options.max_size == 0)
    return true;
  return ms_add_relaxed(&run_bytes, bytes) + bytes <= ms_options.max_size; /* relaxed: a limit, not an order */
}

/* ---- end ---- */

void ms_session_end(void) {
  int running = MS_SESSION_RUNNING;
  if (!ms_cas_acq_rel(&ms_session_state, &running, MS_SESSION_ENDED))
    return;
  ms_collector_stop();
  ms_modules_refresh();
  ms_session_write_clock();
  struct ms_fact fact;
  ms_fact_begin(&fact, MS_FACT_END);
  ms_fact_u64(&fact, ms_clock_now());
  ms_session_append_fact(&fact);
}

void ms_session_fork_child(void) {
  /* One thread is left; another may have held the lock at the fork. */
  pthread_mutex_init(&lock, NULL);
  int state = ms_load_relaxed(&ms_session_state);
  ms_modules_restart();
  ms_collector_fork_child();
  if (state == MS_SESSION_IDLE)
    return;
  memcpy(session.parent_file, session.process_file, sizeof session.parent_file);
  session.parent_sites = ms_sites_count();
  session.parent_scopes = ms_sites_scope_count();
  size_t used = strlen(session.directory);
  snprintf(ms_options.output_dir, sizeof ms_options.output_dir, "%.*s.%u", (int)(used < 960 ? used : 960),
           session.directory, ms_os_pid());
  ms_store_relaxed(&run_bytes, 0);
  ms_store_relaxed(&ms_session_state, MS_SESSION_IDLE);
}
