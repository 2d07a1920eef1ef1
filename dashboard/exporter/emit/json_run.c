/* SPDX-License-Identifier: Apache-2.0
 *
 * json_run.c: run, summary and diagnostics: small trees, built with cJSON and written in one piece.
 */
#include "emit/json.h"

#include "analyse/notes.h"
#include "support/text.h"

#include <cjson/cJSON.h>
#include <inttypes.h>
#include <math.h>
#include <time.h>

/* cJSON returns NULL when memory has run out, and takes NULL in turn; write_tree ends the matter in one place. */

static void add_text(cJSON *object, const char *key, const char *text) {
  char *valid = ms_text_valid_utf8(text);
  if (key == NULL)
    cJSON_AddItemToArray(object, cJSON_CreateString(valid));
  else
    cJSON_AddStringToObject(object, key, valid);
  free(valid);
}

/* "" is how facts say "unknown". */
static void add_known_text(cJSON *object, const char *key, const char *text) {
  if (text[0] == '\0')
    cJSON_AddNullToObject(object, key);
  else
    add_text(object, key, text);
}

static void add_count(cJSON *object, const char *key, uint64_t count) {
  cJSON_AddNumberToObject(object, key, (double)count);
}

static void add_sum(cJSON *object, const char *key, ms_sum sum) {
  cJSON_AddNumberToObject(object, key, ms_sum_whole(sum));
}

/* cJSON writes what is not finite as null. */
static void add_real(cJSON *object, const char *key, double value) { cJSON_AddNumberToObject(object, key, value); }

static void add_hex(cJSON *object, const char *key, uint64_t number) {
  char text[24];
  snprintf(text, sizeof text, "0x%" PRIx64, number);
  cJSON_AddStringToObject(object, key, text);
}

static void write_tree(struct ms_json *json, const char *key, cJSON *tree) {
  char *text = cJSON_PrintUnformatted(tree);
  if (text == NULL)
    ms_memory_exhausted(1, 1);
  ms_json_raw(json, key, text);
  cJSON_free(text);
  cJSON_Delete(tree);
}

/* ---- run ---- */

static void add_start(cJSON *object, const struct ms_run *run) {
  if (run->facts.readings == 0) {
    cJSON_AddNullToObject(object, "started_at");
    return;
  }
  time_t seconds = (time_t)(run->clock.realtime_offset_ns / 1000000000);
  struct tm parts;
  char text[64] = "";
  if (gmtime_r(&seconds, &parts) != NULL)
    strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
  add_known_text(object, "started_at", text);
}

static void add_modules(cJSON *object, const struct ms_analysis *analysis) {
  static const char *const sources[] = {
      [MS_SYMBOLS_NONE] = "none", [MS_SYMBOLS_SYMTAB] = "symtab", [MS_SYMBOLS_DWARF] = "dwarf"};
  cJSON *modules = cJSON_AddArrayToObject(object, "modules");
  for (uint32_t i = 0; i < analysis->run->facts.modules.count; i++) {
    const struct ms_module *module = &analysis->run->facts.modules.items[i];
    cJSON *entry = cJSON_CreateObject();
    add_text(entry, "path", module->path);
    add_known_text(entry, "build_id", module->build_id);
    add_hex(entry, "low", module->low);
    add_hex(entry, "high", module->high);
    cJSON_AddStringToObject(entry, "symbols", sources[ms_symbols_source(analysis->symbols, i)]);
    cJSON_AddItemToArray(modules, entry);
  }
}

static void add_options(cJSON *object, const struct ms_facts *facts) {
  cJSON *options = cJSON_AddObjectToObject(object, "options");
  for (size_t i = 0; i < facts->options.count; i++) {
    char *key = ms_text_valid_utf8(facts->options.items[i].key);
    if (cJSON_GetObjectItemCaseSensitive(options, key) == NULL) {
      cJSON *option = cJSON_AddObjectToObject(options, key);
      add_text(option, "value", facts->options.items[i].value);
      cJSON_AddBoolToObject(option, "given", facts->options.items[i].given);
    }
    free(key);
  }
}

void ms_json_run(struct ms_json *json, const struct ms_analysis *analysis) {
  const struct ms_run *run = analysis->run;
  const struct ms_facts *facts = &run->facts;
  cJSON *object = cJSON_CreateObject();
  add_real(object, "pid", facts->has_process ? (double)facts->pid : (double)NAN);
  add_real(object, "parent_pid", facts->has_process ? (double)facts->parent_pid : (double)NAN);
  cJSON *arguments = cJSON_AddArrayToObject(object, "command_line");
  for (size_t i = 0; i < facts->arguments.count; i++)
    add_text(arguments, NULL, facts->arguments.items[i]);
  add_known_text(object, "executable", facts->executable);
  add_known_text(object, "working_directory", facts->working_directory);
  add_known_text(object, "host", facts->host);
  add_known_text(object, "kernel", facts->kernel);
  add_known_text(object, "libc", facts->libc);
  add_known_text(object, "runtime_version", facts->runtime_version);
  add_real(object, "cores", facts->has_process ? (double)facts->cores : (double)NAN);
  add_real(object, "page_size_bytes", facts->has_process ? (double)facts->page_size_bytes : (double)NAN);
  add_start(object, run);
  add_count(object, "duration_ns", run->duration_ns);
  cJSON_AddBoolToObject(object, "ended_normally", facts->ended);
  cJSON *clock = cJSON_AddObjectToObject(object, "clock");
  add_known_text(clock, "source", facts->clock_source);
  add_real(clock, "ticks_per_second", run->clock.calibrated ? ms_clock_ticks_per_second(&run->clock) : NAN);
  add_options(object, facts);
  add_modules(object, analysis);
  write_tree(json, "run", object);
}

/* ---- summary ---- */

void ms_json_summary(struct ms_json *json, const struct ms_analysis *analysis) {
  const struct ms_summary *summary = &analysis->summary;
  cJSON *object = cJSON_CreateObject();
  add_count(object, "tracked_threads", analysis->threads.tracked);
  add_count(object, "untracked_threads", analysis->threads.items.count - analysis->threads.tracked);
  cJSON_AddBoolToObject(object, "estimated", summary->estimated);
  add_count(object, "recorded_allocations", summary->recorded_allocations);
  add_sum(object, "total_allocations", summary->allocations);
  add_sum(object, "total_deallocations", summary->deallocations);
  add_sum(object, "total_bytes_allocated", summary->bytes_allocated);
  add_sum(object, "total_bytes_deallocated", summary->bytes_deallocated);
  add_sum(object, "peak_live_bytes", analysis->usage.peak_bytes);
  add_count(object, "peak_time_ns", analysis->usage.peak_time_ns);
  add_sum(object, "live_bytes_at_exit", analysis->usage.live_bytes);
  add_sum(object, "live_blocks_at_exit", analysis->usage.live_blocks);
  add_sum(object, "foreign_deallocations", summary->foreign_deallocations);
  add_count(object, "unmatched_deallocations", summary->unmatched_deallocations);
  add_count(object, "dropped_events", summary->dropped_events);
  add_count(object, "cut_stacks", summary->cut_stacks);
  add_count(object, "duration_ns", analysis->run->duration_ns);
  add_real(object, "average_cpu_percent", summary->average_cpu_percent);
  cJSON *roles = cJSON_AddObjectToObject(object, "roles");
  for (unsigned role = 0; role < MS_ROLES; role++)
    add_count(roles, ms_role_names[role], summary->roles[role]);
  cJSON *alerts = cJSON_AddObjectToObject(object, "alerts");
  for (unsigned alert = 0; alert < MS_ALERTS; alert++)
    add_count(alerts, ms_alert_names[alert], summary->alerts[alert]);
  write_tree(json, "summary", object);
}

/* ---- diagnostics ---- */

const char *ms_json_drop_reason(unsigned bit) {
  static const char *const reasons[] = {"a write failed (disk full, quota, size limit of the process)",
                                        "a signal handler allocated while an event was being recorded",
                                        "a table of the runtime could not grow", "the option max_size was reached"};
  return bit < sizeof reasons / sizeof *reasons ? reasons[bit] : NULL;
}

static void add_checks(cJSON *object, const struct ms_analysis *analysis) {
  const struct ms_run *run = analysis->run;
  const struct ms_summary *summary = &analysis->summary;
  cJSON *totals = cJSON_AddObjectToObject(object, "totals_check");
  add_count(totals, "events_allocations", run->allocations);
  add_count(totals, "events_deallocations", run->deallocations);
  cJSON_AddBoolToObject(totals, "matches",
                        run->allocations == summary->recorded_allocations &&
                            run->deallocations == summary->recorded_deallocations);
  if (run->frequencies.count == 0) {
    cJSON_AddNullToObject(object, "frequency_check");
    return;
  }
  cJSON *frequency = cJSON_AddObjectToObject(object, "frequency_check");
  add_count(frequency, "exact_calls", analysis->sites.exact_calls);
  add_count(frequency, "recorded_allocations", summary->recorded_allocations);
  cJSON_AddBoolToObject(frequency, "matches", ms_analysis_agrees_with_counts(analysis));
}

static void add_damage(cJSON *object, const struct ms_run *run) {
  cJSON *damage = cJSON_AddArrayToObject(object, "damage");
  for (size_t i = 0; i < run->damage.items.count; i++) {
    const struct ms_damage *item = &run->damage.items.items[i];
    const char *slash = strrchr(item->file, '/');
    cJSON *entry = cJSON_CreateObject();
    add_text(entry, "file", slash == NULL ? item->file : slash + 1);
    add_hex(entry, "offset", item->offset);
    add_text(entry, "reason", item->reason);
    add_count(entry, "lost_bytes", item->lost_bytes);
    cJSON_AddItemToArray(damage, entry);
  }
}

static void add_dropped(cJSON *object, const struct ms_analysis *analysis) {
  cJSON *dropped = cJSON_AddArrayToObject(object, "dropped");
  for (size_t i = 0; i < analysis->threads.items.count; i++) {
    const struct ms_thread *thread = &analysis->threads.items.items[i];
    if (thread->dropped_events == 0)
      continue;
    cJSON *entry = cJSON_CreateObject();
    add_count(entry, "thread", i);
    add_count(entry, "events", thread->dropped_events);
    cJSON *reasons = cJSON_AddArrayToObject(entry, "reasons");
    for (unsigned bit = 0; ms_json_drop_reason(bit) != NULL; bit++)
      if ((thread->drop_reasons >> bit & 1) != 0)
        add_text(reasons, NULL, ms_json_drop_reason(bit));
    cJSON_AddItemToArray(dropped, entry);
  }
}

static void add_way(cJSON *array, const struct ms_analysis *analysis, const struct ms_way *way) {
  const struct ms_facts *facts = &analysis->run->facts;
  bool by_bytes = way->how.sample_bytes > 0;
  cJSON *object = cJSON_CreateObject();
  add_real(object, "rate", by_bytes ? (double)NAN : way->how.rate);
  add_real(object, "sample_bytes", by_bytes ? (double)way->how.sample_bytes : (double)NAN);
  add_count(object, "recorded_allocations", way->recorded);
  add_sum(object, "allocations", way->allocations);
  add_sum(object, "bytes_allocated", way->bytes_allocated);
  cJSON *threads = cJSON_AddArrayToObject(object, "threads");
  for (size_t i = 0; i < way->threads.count; i++)
    cJSON_AddItemToArray(threads, cJSON_CreateNumber(way->threads.items[i]));
  cJSON *scopes = cJSON_AddArrayToObject(object, "scopes");
  for (size_t i = 0; i < way->scopes.count; i++) {
    uint32_t index = ms_map_get(&facts->scope_by_id, way->scopes.items[i]);
    if (index != MS_NONE)
      add_text(scopes, NULL, facts->scopes.items[index].name);
  }
  cJSON_AddItemToArray(array, object);
}

/* Null unless an allocation can have been passed over. */
static void add_sampling(cJSON *object, const struct ms_analysis *analysis) {
  const struct ms_sample *sample = &analysis->sample;
  if (!ms_sample_is_one(sample)) {
    cJSON_AddNullToObject(object, "sampling");
    return;
  }
  bool counted = analysis->run->frequencies.count > 0;
  cJSON *sampling = cJSON_AddObjectToObject(object, "sampling");
  add_real(sampling, "rate", ms_sample_rate(sample));
  add_real(sampling, "sample_bytes", ms_sample_bytes(sample));
  add_count(sampling, "recorded_allocations", analysis->summary.recorded_allocations);
  add_real(sampling, "allocations_error", sqrt(sample->allocations_variance));
  add_real(sampling, "bytes_error", sqrt(sample->bytes_variance));
  add_real(sampling, "exact_allocations", counted ? (double)analysis->sites.exact_calls : (double)NAN);
  add_real(sampling, "exact_bytes", counted ? (double)analysis->sites.exact_bytes : (double)NAN);
  cJSON *ways = cJSON_AddArrayToObject(sampling, "ways");
  for (size_t i = 0; i < sample->ways.count; i++)
    if (sample->ways.items[i].threads.count > 0)
      add_way(ways, analysis, &sample->ways.items[i]);
}

static void add_reason(cJSON *array, const char *what, const char *reason) {
  cJSON *entry = cJSON_CreateObject();
  add_text(entry, "what", what);
  add_text(entry, "reason", reason);
  cJSON_AddItemToArray(array, entry);
}

static void add_unavailable(cJSON *object, const struct ms_analysis *analysis) {
  const struct ms_run *run = analysis->run;
  cJSON *array = cJSON_AddArrayToObject(object, "unavailable");
  for (size_t i = 0; i < run->samples.metrics.count; i++)
    if (run->samples.metrics.items[i].unavailable != NULL)
      add_reason(array, run->samples.metrics.items[i].name, run->samples.metrics.items[i].unavailable);
  if (!run->facts.has_process)
    add_reason(array, "run", "the process record is missing");
  if (!run->clock.calibrated)
    add_reason(array, "time", "no clock reading was recorded; one tick is taken as one nanosecond");
  if (run->samples.ticks.count == 0)
    add_reason(array, "resources",
               run->resources.bytes == NULL ? "the run has no resource samples file"
                                            : "the run recorded no resource sample");
  if (run->frequencies.count == 0)
    add_reason(array, "frequency_check", "the run has no .freq files");
  for (size_t i = 0; i < analysis->threads.items.count; i++) {
    const struct ms_thread *thread = &analysis->threads.items.items[i];
    char what[40];
    snprintf(what, sizeof what, "CPU of thread %u", thread->tid);
    if (isnan(ms_thread_cpu_percent(thread)))
      add_reason(array, what,
                 thread->known_counters == 0 ? "it left no reading of its counters and no sample saw it"
                                             : "its birth or its CPU time could not be read");
  }
}

static void add_files(cJSON *object, const struct ms_analysis *analysis) {
  const struct ms_run *run = analysis->run;
  cJSON *files = cJSON_AddArrayToObject(object, "files");
  uint64_t bytes = 0, events = run->allocations + run->deallocations;
  for (size_t i = 0; i < run->streams.count; i++) {
    const struct ms_stream *stream = &run->streams.items[i];
    cJSON *entry = cJSON_CreateObject();
    add_text(entry, "name", stream->file.name);
    add_count(entry, "bytes", stream->file.size);
    add_count(entry, "events", stream->verified.allocations + stream->verified.deallocations);
    cJSON_AddItemToArray(files, entry);
    bytes += stream->verified.block_bytes;
  }
  add_real(object, "bytes_per_event", events > 0 ? (double)bytes / (double)events : NAN);
}

static void add_lists(cJSON *object, const struct ms_analysis *analysis) {
  cJSON *modules = cJSON_AddArrayToObject(object, "unsymbolised_modules");
  for (uint32_t i = 0; i < analysis->run->facts.modules.count; i++)
    if (ms_analysis_lacks_symbols(analysis, i))
      add_text(modules, NULL, analysis->run->facts.modules.items[i].path);
  cJSON *notes = cJSON_AddArrayToObject(object, "notes");
  struct ms_notes gathered = {.items = {0}};
  ms_notes_gather(&gathered, analysis);
  for (size_t i = 0; i < gathered.items.count; i++)
    add_text(notes, NULL, gathered.items.items[i]);
  ms_notes_free(&gathered);
}

void ms_json_diagnostics(struct ms_json *json, const struct ms_analysis *analysis) {
  const struct ms_summary *summary = &analysis->summary;
  cJSON *object = cJSON_CreateObject();
  add_checks(object, analysis);
  add_damage(object, analysis->run);
  add_dropped(object, analysis);
  add_count(object, "cut_stacks", summary->cut_stacks);
  add_count(object, "unmatched_deallocations", summary->unmatched_deallocations);
  add_lists(object, analysis);
  add_sampling(object, analysis);
  add_unavailable(object, analysis);
  add_files(object, analysis);
  cJSON *export = cJSON_AddObjectToObject(object, "export");
  double events = (double)(analysis->run->allocations + analysis->run->deallocations);
  add_real(export, "events_per_second", summary->seconds > 0 ? events / summary->seconds : NAN);
  add_real(export, "seconds", summary->seconds);
  write_tree(json, "diagnostics", object);
}
