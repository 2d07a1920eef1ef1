/* SPDX-License-Identifier: Apache-2.0
 *
 * run.c: finds the files of a run by name, opens them in a fixed order and lets each be verified.
 *
 * A file with another run's id, or one that is no trace, is damage where others of the run are fine; a file of another
 * version stops the export, since half of a run would look like a whole one.
 */
#include "read/run.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>

#define PROCESS_NAME "memscope_process.bin"
#define RESOURCES_NAME "memscope_resources.bin"

struct names {
  struct ms_arena arena;
  MS_VEC(const char *) items;
};

static bool has_shape(const char *name, const char *prefix, const char *suffix) {
  size_t length = strlen(name), prefix_length = strlen(prefix), suffix_length = strlen(suffix);
  return length > prefix_length + suffix_length && strncmp(name, prefix, prefix_length) == 0 &&
         strcmp(name + length - suffix_length, suffix) == 0;
}

static bool is_thread_name(const char *name) {
  return has_shape(name, "memscope_thread_", ".bin") || has_shape(name, "memscope_untracked_", ".bin");
}

static int by_name(const void *left, const void *right) {
  return strcmp(*(const char *const *)left, *(const char *const *)right);
}

static enum ms_status list_names(const char *directory, struct names *names, struct ms_error *error) {
  DIR *listing = opendir(directory);
  if (listing == NULL)
    return ms_error_set(error, MS_E_INPUT, directory, "%s%s", strerror(errno),
                        errno == ENOENT ? "; did the program track anything? Mark a function or use "
                                          "MEMSCOPE_OPTIONS=track=all"
                                        : "");
  for (struct dirent *entry; (entry = readdir(listing)) != NULL;)
    if (is_thread_name(entry->d_name) || has_shape(entry->d_name, "memscope_thread_", ".freq") ||
        strcmp(entry->d_name, PROCESS_NAME) == 0 || strcmp(entry->d_name, RESOURCES_NAME) == 0)
      ms_vec_push(&names->items, ms_arena_text(&names->arena, entry->d_name, strlen(entry->d_name)));
  closedir(listing);
  if (names->items.count == 0)
    return ms_error_set(error, MS_E_INPUT, directory, "no MemScope run in this directory");
  ms_vec_sort(&names->items, by_name);
  return MS_OK;
}

/* The run is the one that most files of the directory belong to: one damaged header must not shut the others out. */
static uint64_t most_frequent_run(const char *directory, const struct names *names) {
  struct ms_map files = {0};
  uint64_t best = 0;
  uint32_t most = 0;
  for (size_t i = 0; i < names->items.count; i++) {
    char path[PATH_MAX];
    struct ms_trace_file file;
    struct ms_error ignored;
    snprintf(path, sizeof path, "%s/%s", directory, names->items.items[i]);
    if (ms_trace_file_open(&file, path, &ignored) != MS_OK)
      continue;
    uint32_t earlier = ms_map_get(&files, file.header.run_id), count = earlier == MS_NONE ? 1 : earlier + 1;
    ms_map_set(&files, file.header.run_id, count);
    if (count > most)
      most = count, best = file.header.run_id;
    ms_trace_file_close(&file);
  }
  ms_map_free(&files);
  return best;
}

/* Opens one file of the run. MS_OK with *usable false where the file is damaged and the rest can go on; *error then has
 * the first reason, for the case that nothing can be used. */
static enum ms_status open_member(struct ms_run *run, struct ms_trace_file *file, const char *path, unsigned kind,
                                  bool *usable, struct ms_error *error) {
  *usable = false;
  struct ms_error reason = {{0}};
  enum ms_status status = ms_trace_file_open(file, path, &reason);
  if (status != MS_OK) {
    bool version = strstr(reason.text, "trace format version") != NULL;
    if (status == MS_E_ENVIRONMENT || version) {
      *error = reason;
      return status;
    }
    size_t prefix = strlen(path) + 2;
    struct stat facts;
    ms_damage_add(&run->damage, path, 0, stat(path, &facts) == 0 ? (uint64_t)facts.st_size : 0, "%s",
                  strlen(reason.text) > prefix ? reason.text + prefix : reason.text);
    if (error->text[0] == '\0')
      *error = reason;
    return MS_OK;
  }
  const char *complaint = file->header.kind != kind            ? "another kind of file than its name says"
                          : file->header.run_id != run->run_id ? "belongs to another run"
                                                               : NULL;
  if (complaint == NULL) {
    run->opened++;
    *usable = true;
    return MS_OK;
  }
  if (error->text[0] == '\0')
    ms_error_set(error, MS_E_INPUT, path, "%s", complaint);
  ms_damage_add(&run->damage, path, 0, file->size, "%s", complaint);
  ms_trace_file_close(file);
  return MS_OK;
}

static enum ms_status open_facts(struct ms_run *run, const char *directory, struct ms_error *error) {
  char path[PATH_MAX];
  bool usable;
  ms_facts_default(&run->facts);
  snprintf(path, sizeof path, "%s/%s", directory, PROCESS_NAME);
  struct stat facts;
  if (stat(path, &facts) == 0) {
    enum ms_status status = open_member(run, &run->process, path, MS_FILE_PROCESS, &usable, error);
    if (status != MS_OK)
      return status;
    if (usable)
      ms_facts_read(&run->facts, &run->process, &run->damage);
  } else {
    ms_damage_add(&run->damage, path, 0, 0, "missing: times, modules and call sites of the run are unknown");
  }
  snprintf(path, sizeof path, "%s/%s", directory, RESOURCES_NAME);
  if (stat(path, &facts) != 0)
    return MS_OK;
  enum ms_status status = open_member(run, &run->resources, path, MS_FILE_RESOURCES, &usable, error);
  if (status == MS_OK && usable)
    ms_samples_read(&run->samples, &run->resources, &run->damage);
  return status;
}

static enum ms_status open_thread(struct ms_run *run, const char *path, bool *usable, struct ms_error *error) {
  struct ms_stream stream = {.stack_ids = {0}};
  enum ms_status status = open_member(run, &stream.file, path, MS_FILE_THREAD, usable, error);
  if (status == MS_OK && *usable)
    ms_vec_push(&run->streams, stream);
  return status;
}

static enum ms_status open_frequency(struct ms_run *run, const char *path, struct ms_error *error) {
  struct ms_trace_file file;
  bool usable;
  enum ms_status status = open_member(run, &file, path, MS_FILE_FREQUENCY, &usable, error);
  if (status == MS_OK && usable)
    ms_vec_push(&run->frequencies, file);
  return status;
}

static uint64_t later(uint64_t left, uint64_t right) { return left > right ? left : right; }

static void find_clock_and_end(struct ms_run *run) {
  const struct ms_facts *facts = &run->facts;
  uint64_t zero = facts->has_process ? facts->start_ticks : UINT64_MAX, last = 0;
  for (size_t i = 0; i < run->streams.count; i++) {
    const struct ms_verified *verified = &run->streams.items[i].verified;
    if (!facts->has_process && verified->first_ticks < zero)
      zero = verified->first_ticks;
    last = later(last, verified->last_ticks);
  }
  last = later(last, facts->ended ? facts->end_ticks : 0);
  last = later(last, facts->last_reading.ticks);
  if (run->samples.ticks.count > 0)
    last = later(last, run->samples.ticks.items[run->samples.ticks.count - 1]);
  ms_clock_calibrate(&run->clock, zero == UINT64_MAX ? 0 : zero, facts->nominal_ticks_per_second,
                     facts->readings > 0 ? &facts->first_reading : NULL,
                     facts->readings > 0 ? &facts->last_reading : NULL);
  run->duration_ns = ms_clock_event_ns(&run->clock, last);
}

static void verify_streams(struct ms_run *run) {
  struct ms_progress progress;
  uint64_t bytes = 0, done = 0;
  for (size_t i = 0; i < run->streams.count; i++)
    bytes += run->streams.items[i].file.size;
  ms_progress_start(&progress, "reading", bytes);
  ms_stack_table_start(&run->stacks);
  for (size_t i = 0; i < run->streams.count; i++) {
    struct ms_stream *stream = &run->streams.items[i];
    ms_verify_thread_file(&stream->file, &run->facts, &run->stacks, &stream->stack_ids, &run->damage,
                          &stream->verified);
    run->records += stream->verified.records;
    run->allocations += stream->verified.allocations;
    run->deallocations += stream->verified.deallocations;
    done += stream->file.size;
    ms_progress_at(&progress, done);
  }
  ms_progress_end(&progress);
  find_clock_and_end(run);
}

enum ms_status ms_run_open(struct ms_run *run, const char *directory, struct ms_error *error) {
  struct stat facts;
  if (stat(directory, &facts) == 0 && !S_ISDIR(facts.st_mode))
    return ms_error_set(error, MS_E_INPUT, directory, "not a directory");
  struct names names = {.items = {0}};
  struct ms_error reason = {{0}};
  enum ms_status status = list_names(directory, &names, error);
  if (status == MS_OK) {
    run->run_id = most_frequent_run(directory, &names);
    status = open_facts(run, directory, &reason);
  }
  for (size_t i = 0; status == MS_OK && i < names.items.count; i++) {
    char path[PATH_MAX];
    bool usable;
    snprintf(path, sizeof path, "%s/%s", directory, names.items.items[i]);
    if (is_thread_name(names.items.items[i]))
      status = open_thread(run, path, &usable, &reason);
    else if (has_shape(names.items.items[i], "memscope_thread_", ".freq"))
      status = open_frequency(run, path, &reason);
  }
  ms_arena_free(&names.arena);
  ms_vec_free(&names.items);
  if (status == MS_OK && run->opened == 0)
    status = MS_E_INPUT; /* every file was refused */
  if (status == MS_OK)
    verify_streams(run);
  else if (reason.text[0] != '\0')
    *error = reason;
  return status;
}

enum ms_status ms_run_open_file(struct ms_run *run, const char *path, struct ms_error *error) {
  struct ms_trace_file probe;
  enum ms_status status = ms_trace_file_open(&probe, path, error);
  if (status != MS_OK)
    return status;
  run->run_id = probe.header.run_id;
  ms_trace_file_close(&probe);
  char directory[PATH_MAX];
  const char *slash = strrchr(path, '/');
  snprintf(directory, sizeof directory, "%.*s", slash == NULL ? 1 : (int)(slash - path), slash == NULL ? "." : path);
  bool usable;
  status = open_facts(run, slash == path ? "/" : directory, error);
  if (status == MS_OK)
    status = open_thread(run, path, &usable, error);
  if (status == MS_OK && !usable)
    status = MS_E_INPUT;
  if (status == MS_OK)
    verify_streams(run);
  return status;
}

void ms_run_free(struct ms_run *run) {
  for (size_t i = 0; i < run->streams.count; i++) {
    ms_trace_file_close(&run->streams.items[i].file);
    ms_vec_free(&run->streams.items[i].stack_ids);
  }
  for (size_t i = 0; i < run->frequencies.count; i++)
    ms_trace_file_close(&run->frequencies.items[i]);
  ms_vec_free(&run->streams);
  ms_vec_free(&run->frequencies);
  ms_trace_file_close(&run->process);
  ms_trace_file_close(&run->resources);
  ms_facts_free(&run->facts);
  ms_samples_free(&run->samples);
  ms_stack_table_free(&run->stacks);
  ms_damage_free(&run->damage);
}
