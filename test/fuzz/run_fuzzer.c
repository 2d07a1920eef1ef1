/* SPDX-License-Identifier: Apache-2.0
 *
 * run_fuzzer.c: a whole run of hostile files through all that memscope does: read, merge, replay, analyse, the reports,
 * and the dump. What it says of them must agree with itself, parse, and leave a terminal and a page alone.
 */
#include "analyse/analysis.h"
#include "emit/events.h"
#include "emit/findings.h"
#include "emit/html.h"
#include "emit/json.h"
#include "emit/rankings.h"
#include "merge/merge.h"
#include "support/memory.h"
#include "trace_input.h"

#include <cjson/cJSON.h>
#include <fcntl.h>
#include <unistd.h>

/* html.c is wanted for what it escapes, not for the page. */
const unsigned char memscope_page[1];
const size_t memscope_page_bytes;

static const char *const names[] = {"memscope_process.bin",       "memscope_resources.bin",     "memscope_thread_102.bin",
                                    "memscope_thread_103.bin",    "memscope_untracked_104.bin", "memscope_thread_102.freq"};
#define FILES (sizeof names / sizeof names[0])

static char directory[] = "/dev/shm/memscope-fuzz-XXXXXX";
static int folder = -1;

static void leave(void) {
  for (size_t i = 0; i < FILES; i++)
    unlinkat(folder, names[i], 0);
  rmdir(directory);
}

static void enter(void) {
  MUST(mkdtemp(directory) != NULL);
  folder = open(directory, O_RDONLY | O_DIRECTORY);
  MUST(folder >= 0);
  atexit(leave);
}

static void write_files(const uint8_t *input, size_t bytes) {
  struct input_part part;
  for (size_t i = 0; i < FILES; i++)
    unlinkat(folder, names[i], 0);
  while (input_next(&input, &bytes, &part)) {
    int descriptor = openat(folder, names[part.kind], O_RDWR | O_CREAT | O_TRUNC, 0600);
    MUST(descriptor >= 0);
    input_write(&part, descriptor);
    close(descriptor);
  }
}

/* What is written, as a text. */
struct text {
  char *bytes;
  size_t count;
  FILE *file;
};

static FILE *text_begin(struct text *text) {
  *text = (struct text){.bytes = NULL};
  text->file = open_memstream(&text->bytes, &text->count);
  MUST(text->file != NULL);
  return text->file;
}

static void text_free(struct text *text) { free(text->bytes); }

static void text_end(struct text *text) { MUST(fclose(text->file) == 0); }

/* Only lines: no character that steers a terminal. */
static void text_is_inert(const struct text *text) {
  for (size_t i = 0; i < text->count; i++)
    MUST((uint8_t)text->bytes[i] >= 0x20 ? text->bytes[i] != 0x7f : text->bytes[i] == '\n');
}

static void text_is_json(const struct text *text) {
  cJSON *json = cJSON_ParseWithLength(text->bytes, text->count);
  MUST(json != NULL);
  cJSON_Delete(json);
}

static void text_fits_a_page(const struct text *json) {
  struct text page;
  ms_html_escape(text_begin(&page), json->bytes, json->count);
  text_end(&page);
  MUST(memchr(page.bytes, '<', page.count) == NULL);
  text_free(&page);
}

static void report(const struct ms_run *run) {
  static const struct ms_findings_style style = {.view = MS_FINDINGS_ALL, .width = 80};
  struct ms_analysis analysis = {0};
  struct text text;
  ms_analysis_run(&analysis, run, &ms_thresholds_default, 0);
  MUST(analysis.summary.recorded_allocations == run->allocations);
  MUST(analysis.summary.recorded_deallocations == run->deallocations);
  ms_json_report(text_begin(&text), &analysis);
  text_end(&text);
  text_is_json(&text);
  text_fits_a_page(&text);
  text_free(&text);
  ms_rankings_write(text_begin(&text), &analysis);
  text_end(&text);
  text_is_json(&text);
  text_free(&text);
  ms_findings_print(text_begin(&text), &analysis, &style);
  text_end(&text);
  text_is_inert(&text);
  text_free(&text);
  ms_analysis_free(&analysis);
}

static void dump(const struct ms_run *run, bool json) {
  struct text text;
  struct ms_merge merge;
  struct ms_event event;
  struct ms_event_printer *printer = ms_event_printer_new(text_begin(&text), run, json, true);
  uint64_t allocations = 0;
  ms_event_printer_stacks(printer);
  ms_merge_start(&merge, run);
  while (ms_merge_next(&merge, &event)) {
    ms_event_printer_event(printer, &event);
    allocations += event.kind == MS_EVENT_ALLOC;
  }
  ms_merge_free(&merge);
  ms_event_printer_end(printer);
  ms_event_printer_free(printer);
  text_end(&text);
  text_is_inert(&text);
  text_free(&text);
  MUST(allocations == run->allocations);
}

static void dump_facts(const struct ms_run *run) {
  struct ms_damage_list damage = {.items = {0}};
  struct text text;
  text_begin(&text);
  if (run->process.bytes != NULL)
    ms_events_print_facts(text.file, &run->process, &damage);
  if (run->resources.bytes != NULL)
    ms_events_print_facts(text.file, &run->resources, &damage);
  for (size_t i = 0; i < run->frequencies.count; i++)
    ms_events_print_frequency(text.file, &run->frequencies.items[i], &damage);
  text_end(&text);
  text_is_inert(&text);
  text_free(&text);
  ms_damage_free(&damage);
}

int LLVMFuzzerTestOneInput(const uint8_t *input, size_t bytes) {
  if (folder < 0)
    enter();
  write_files(input, bytes);
  struct ms_run run = {.streams = {0}};
  struct ms_error error = {{0}};
  if (ms_run_open(&run, directory, &error) == MS_OK) {
    ms_damage_print(&run.damage, NULL);
    report(&run);
    dump(&run, false);
    dump(&run, true);
    dump_facts(&run);
  } else {
    MUST(error.text[0] != '\0');
  }
  ms_run_free(&run);
  return 0;
}
