/* SPDX-License-Identifier: Apache-2.0
 *
 * process_tree.c: the mark is an empty memfd's mapping, so that /proc/PID/maps shows the token in its name. A fork
 * keeps it, an exec ends it; the new program, if it has MemScope in it, has the same process's name. Why not the
 * environment, which every child inherits? The program would see it, and may replace it at any moment.
 */
#include "process_tree.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "memscope/trace_format.h"
#include "os.h"
#include "process_file.h"

#define MARK "memscope-tree:"
#define TOKEN_MAX 128u
#define ANCESTORS_MAX 64u

static char token[TOKEN_MAX + 1];
static bool given; /* by the environment */
static void *mark;

/* The new one stands before the old one goes: a child may begin to look at any moment. */
static void set_mark(void) {
  char name[sizeof MARK + TOKEN_MAX];
  snprintf(name, sizeof name, MARK "%s", token);
  void *before = mark;
  mark = ms_os_map_named(name);
  ms_os_unmap(before, ms_os_page_size());
}

/* `text` ends with the token's first blank. */
static void set_token(const char *text) {
  size_t length = strcspn(text, " \t\n");
  snprintf(token, sizeof token, "%.*s", (int)(length < TOKEN_MAX ? length : TOKEN_MAX), text);
  set_mark();
}

void ms_process_tree_start(void) {
  const char *asked = ms_os_privileged() ? NULL : getenv("MEMSCOPE_TREE");
  char name[64];
  struct ms_os_process self;
  given = asked && asked[0];
  if (ms_os_process(ms_os_pid(), &self)) /* a number is used again only after the process has ended: the time tells */
    snprintf(name, sizeof name, "%u.%llu", ms_os_pid(), (unsigned long long)self.start);
  else
    snprintf(name, sizeof name, "%016llx", (unsigned long long)ms_os_random());
  set_token(given ? asked : name);
}

void ms_process_tree_join(void) {
  char path[MS_PATH_MAX], outermost[sizeof path] = "";
  struct ms_os_process process;
  uint32_t pid = ms_os_parent_pid();
  if (given)
    return;
  for (unsigned i = 0; i < ANCESTORS_MAX && pid > 0 && ms_os_process(pid, &process); i++, pid = process.parent)
    if (ms_os_find_named(pid, MARK, path, sizeof path))
      memcpy(outermost, path, sizeof outermost);
  if (outermost[0])
    set_token(outermost);
}

/* ---- the process file ---- */

void ms_process_tree_describe(void) {
  struct ms_fact fact;
  struct ms_os_process self = {0};
  (void)ms_os_process(ms_os_pid(), &self);
  ms_fact_begin(&fact, MS_FACT_TREE);
  ms_fact_u64(&fact, self.start);
  ms_fact_text(&fact, token);
  ms_process_file_append(&fact);
}

struct record {
  struct ms_file_header file;
  struct ms_fact_header fact;
  uint8_t payload[sizeof(uint64_t) + sizeof(uint32_t) + TOKEN_MAX]; /* start, length of the token, token */
};
_Static_assert(offsetof(struct record, payload) == sizeof(struct ms_file_header) + sizeof(struct ms_fact_header),
               "as it stands in the file");

/* @return whether the record is there: a process that was killed at its very start has not written it. */
static bool read_record(const struct record *record, long got, uint64_t *start, const char **other, uint32_t *length) {
  const long fixed = offsetof(struct record, payload) + sizeof *start + sizeof *length;
  if (got < fixed || record->file.header_bytes != sizeof record->file || record->fact.kind != MS_FACT_TREE)
    return false;
  memcpy(start, record->payload, sizeof *start);
  memcpy(length, record->payload + sizeof *start, sizeof *length);
  *other = (const char *)record->payload + sizeof *start + sizeof *length;
  return *length <= got - fixed;
}

bool ms_process_tree_relation(const char *path, struct ms_relation *relation) {
  struct record record;
  long got = ms_os_read_at(path, &record, sizeof record, 0);
  if (got < (long)sizeof record.file)
    return false;
  uint64_t start = 0;
  uint32_t length = 0;
  const char *other = "";
  struct ms_os_process process = {0};
  bool known = read_record(&record, got, &start, &other, &length);
  bool here = record.file.pid == ms_os_pid();
  bool same_program = here && (uint32_t)record.file.run_id == ms_os_process_token();
  relation->alive = ms_os_process_exists(record.file.pid);
  if (known && start != 0 && ms_os_process(record.file.pid, &process))
    relation->alive = process.start == start; /* else a later one has its number */
  relation->same_process = same_program || (here && known && start != 0 && relation->alive);
  relation->same_tree =
      relation->same_process || (known && length > 0 && length == strlen(token) && memcmp(other, token, length) == 0);
  if (here && !same_program)
    relation->alive = false; /* the program before this one records no more */
  return true;
}
