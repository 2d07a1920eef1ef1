/* SPDX-License-Identifier: Apache-2.0
 *
 * run_directory.c: which files are ours is a matter of names: those of docs/trace-format.md and of `memscope export`.
 */
#include "run_directory.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "diagnostics.h"
#include "memscope/trace_format.h"
#include "os.h"
#include "process_tree.h"

static bool ends_with(const char *name, const char *end) {
  size_t length = strlen(name), tail = strlen(end);
  return length >= tail && strcmp(name + length - tail, end) == 0;
}

static bool is_ours(const char *name) {
  if (strncmp(name, "memscope_", 9) == 0 && (ends_with(name, ".bin") || ends_with(name, ".freq")))
    return true;
  return ends_with(name, "_comprehensive.json") || ends_with(name, "_resource_rankings.json") ||
         ends_with(name, "_dashboard.html");
}

struct move {
  const char *from, *to; /* `to` NULL: remove */
  bool found;
  int error;
};

static void look(const char *name, void *context) { ((struct move *)context)->found |= is_ours(name); }

static void move_file(const char *name, void *context) {
  struct move *move = context;
  if (is_ours(name) && move->error == 0)
    move->error = ms_os_move_file(move->from, name, move->to);
}

/* Moves a run's files away, making room for them first. */
static int move_run(const char *directory) {
  char old[MS_PATH_MAX + 8];
  snprintf(old, sizeof old, "%s.old", directory);
  int error = ms_os_make_directory(old);
  struct move clear = {old, NULL, false, 0}, move = {directory, old, false, 0};
  if (error == 0)
    error = ms_os_list(old, move_file, &clear);
  if (error == 0 && clear.error == 0)
    error = ms_os_list(directory, move_file, &move);
  return error != 0 ? error : clear.error != 0 ? clear.error : move.error;
}

static char preferred[MS_PATH_MAX];

/* The directory that the program begins in counts: a daemon leaves it. */
void ms_run_directory_start(const char *output_dir) {
  if (ms_os_absolute(output_dir, preferred, sizeof preferred) != 0)
    snprintf(preferred, sizeof preferred, "%s", output_dir);
}

void ms_run_directory_fork_child(const char *parents) {
  char own[MS_PATH_MAX + 32];
  snprintf(own, sizeof own, "%s.%u", parents, ms_os_pid());
  snprintf(preferred, sizeof preferred, "%s", own);
}

const char *ms_run_directory_preferred(void) { return preferred; }

/* ---- whose run a directory has ---- */

enum owner {
  NOBODY, /* or one whose run is over, and an earlier one */
  KIN,    /* a process of ours, or this one before it became another program: its run stays, be it over or not */
  COPY,   /* another copy of MemScope, in this process */
  STRANGER,
};

static bool has_ended(const char *path) {
  struct ms_fact_header fact;
  for (uint64_t at = sizeof(struct ms_file_header); ms_os_read_at(path, &fact, sizeof fact, at) == (long)sizeof fact;
       at += sizeof fact + fact.payload_bytes)
    if (fact.kind == MS_FACT_END)
      return true;
  return false;
}

static enum owner owner_of(const char *directory) {
  char path[MS_PATH_MAX + 32];
  struct ms_relation relation;
  snprintf(path, sizeof path, "%s/memscope_process.bin", directory);
  if (!ms_process_tree_relation(path, &relation))
    return NOBODY;
  bool at_work = relation.alive && !has_ended(path);
  if (relation.same_process && at_work)
    return COPY;
  if (relation.same_tree)
    return KIN;
  return at_work ? STRANGER : NOBODY;
}

/* Makes the directory, and lets no other process decide about it before this one has. */
static int take(const char *directory, int *lock) {
  int error = ms_os_make_directory(directory);
  if (error == 0)
    *lock = ms_os_lock_directory(directory);
  return error;
}

/* The name to be tried after `tries` others. */
static int name(const char *wanted, unsigned tries, char *directory, size_t capacity) {
  char own[MS_PATH_MAX + 32];
  int error = ms_os_absolute(wanted, directory, capacity);
  if (error != 0 || tries == 0)
    return error;
  if (tries == 1)
    snprintf(own, sizeof own, "%s.%u", directory, ms_os_pid());
  else
    snprintf(own, sizeof own, "%s.%u-%u", directory, ms_os_pid(), tries);
  return ms_os_absolute(own, directory, capacity);
}

/* A process can become one program after the other, each with a run of its own. */
#define TRIES 100000u

int ms_run_directory_prepare(const char *wanted, char *directory, size_t capacity, int *lock) {
  struct move run = {NULL, NULL, false, 0};
  enum owner owner = NOBODY, first = NOBODY;
  int error = 0;
  for (unsigned tries = 0; error == 0 && (tries == 0 || owner != NOBODY) && tries < TRIES; tries++) {
    ms_os_unlock_directory(*lock);
    *lock = -1;
    error = name(wanted, tries, directory, capacity);
    if (error == 0)
      error = take(directory, lock);
    owner = error == 0 ? owner_of(directory) : NOBODY;
    first = tries == 0 ? owner : first;
  }
  if (error == 0 && owner != NOBODY)
    error = -EBUSY;
  if (error == 0 && (first == COPY || first == STRANGER))
    ms_warn("%s is in use by %s: recording into %s", wanted,
            first == COPY ? "another copy of MemScope in this process" : "another process", directory);
  if (error == 0)
    error = ms_os_list(directory, look, &run);
  return error == 0 && run.found ? move_run(directory) : error;
}
