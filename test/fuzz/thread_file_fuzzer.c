/* SPDX-License-Identifier: Apache-2.0
 *
 * thread_file_fuzzer.c: one thread file through its reader alone, twice: the second pass, which notes no damage, must see
 * what the first one saw.
 */
#include "read/verify.h"
#include "trace_input.h"

#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

static void read_twice(const struct ms_trace_file *file) {
  struct ms_damage_list damage = {.items = {0}};
  struct ms_facts facts = {.arena = {0}};
  struct ms_stack_table stacks = {.frames = {0}};
  ms_stack_ids ids = {0};
  struct ms_verified verified;
  ms_facts_default(&facts);
  ms_stack_table_start(&stacks);
  ms_verify_thread_file(file, &facts, &stacks, &ids, &damage, &verified);
  struct ms_record_reader reader;
  struct ms_event event;
  uint64_t records = 0, last_ticks = 0;
  ms_record_reader_start(&reader, file, NULL);
  while (ms_record_reader_next(&reader, &event)) {
    MUST(event.ticks >= last_ticks);
    last_ticks = event.ticks;
    records++;
  }
  ms_record_reader_free(&reader);
  MUST(records == verified.records);
  ms_vec_free(&ids);
  ms_stack_table_free(&stacks);
  ms_facts_free(&facts);
  ms_damage_free(&damage);
}

int LLVMFuzzerTestOneInput(const uint8_t *input, size_t bytes) {
  if (bytes == 0)
    return 0;
  struct input_part part = {
      .kind = INPUT_THREAD, .as_it_is = (input[0] & 0x80) != 0, .content = input + 1, .bytes = bytes - 1};
  int descriptor = memfd_create("thread", MFD_CLOEXEC);
  MUST(descriptor >= 0);
  input_write(&part, descriptor);
  char path[64];
  snprintf(path, sizeof path, "/proc/self/fd/%d", descriptor);
  struct ms_trace_file file;
  struct ms_error error = {{0}};
  if (ms_trace_file_open(&file, path, &error) == MS_OK) {
    if (file.header.kind == MS_FILE_THREAD)
      read_twice(&file);
    ms_trace_file_close(&file);
  }
  close(descriptor);
  return 0;
}
