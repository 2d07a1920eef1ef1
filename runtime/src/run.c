/* SPDX-License-Identifier: Apache-2.0
 *
 * run.c: the run's one struct, and the header of its files.
 */
#include "run.h"

#include <string.h>

#include "clock.h"
#include "diagnostics.h"
#include "options.h"

struct ms_run ms_run;

#define COMPLAINT_STACK_BYTES ((size_t)64 * 1024)

void ms_run_file_header(struct ms_file_header *header, enum ms_file_kind kind, uint32_t header_bytes, uint32_t tid) {
  memset(header, 0, sizeof *header);
  memcpy(header->magic, MS_FILE_MAGIC, sizeof header->magic);
  header->version = MS_FORMAT_VERSION;
  header->kind = (uint16_t)kind;
  header->header_bytes = header_bytes;
  header->run_id = ms_run.id;
  header->pid = ms_os_pid();
  header->tid = tid;
  header->start_ticks = ms_clock_now();
  header->pointer_bytes = sizeof(void *);
}

int ms_run_create_file(const char *path, enum ms_file_kind kind) {
  struct ms_file_header header;
  ms_run_file_header(&header, kind, sizeof header, 0);
  int error = ms_os_create(path);
  if (error != 0)
    return error;
  error = ms_os_append(path, &header, sizeof header);
  if (error != 0)
    ms_os_remove(path);
  return error;
}

static void complain(void *error) {
  ms_warn("%s: %s: the run is not complete, memscope report says what is missing", ms_run_directory(),
          ms_os_error_text(*(int *)error));
}

void ms_run_complain(int error) {
  static _Atomic uint64_t told; /* a bit for each reason */
  uint64_t bit = 1ull << (-error & 63);
  if ((ms_or_relaxed(&told, bit) & bit) != 0) /* relaxed: only who was the first matters */
    return;
  if (ms_os_run_on_stack(COMPLAINT_STACK_BYTES, complain, &error) != 0) /* the program's may be small */
    complain(&error);
}

bool ms_run_account(uint64_t bytes) {
  if (ms_options.max_size == 0)
    return true;
  return ms_add_relaxed(&ms_run.bytes, bytes) + bytes <= ms_options.max_size; /* relaxed: a limit, not an order */
}
