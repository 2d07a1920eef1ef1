/* SPDX-License-Identifier: Apache-2.0
 *
 * run.c: the run's one struct, and the header of its files.
 */
#include "run.h"

#include <string.h>

#include "clock.h"
#include "options.h"

struct ms_run ms_run;

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
  return error != 0 ? error : ms_os_append(path, &header, sizeof header);
}

bool ms_run_account(uint64_t bytes) {
  if (ms_options.max_size == 0)
    return true;
  return ms_add_relaxed(&ms_run.bytes, bytes) + bytes <= ms_options.max_size; /* relaxed: a limit, not an order */
}
