/* SPDX-License-Identifier: Apache-2.0
 *
 * tree.c: looks through the directory that the run's is in. What has the name of a process's directory is one if it has
 * a process file, and belongs to the run if that has the run's token: other runs may have left theirs.
 */
#include "read/tree.h"

#include "read/facts.h"

#include <ctype.h>
#include <dirent.h>
#include <limits.h>
#include <stdio.h>

/* "DIR", and where it stands; a run that was moved away left its children where they were. */
struct place {
  char parent[PATH_MAX], base[NAME_MAX + 2];
};

static bool find_place(const char *directory, struct place *place) {
  char real[PATH_MAX];
  if (realpath(directory, real) == NULL)
    return false;
  char *slash = strrchr(real, '/');
  size_t length = strlen(slash + 1);
  if (length > 4 && strcmp(slash + 1 + length - 4, ".old") == 0)
    length -= 4;
  snprintf(place->base, sizeof place->base, "%.*s.", (int)length, slash + 1);
  snprintf(place->parent, sizeof place->parent, "%.*s", slash == real ? 1 : (int)(slash - real), real);
  return true;
}

static bool belongs(const char *directory, const char *token, uint32_t *pid) {
  char path[PATH_MAX + sizeof "/memscope_process.bin"];
  struct ms_trace_file file;
  struct ms_error ignored;
  snprintf(path, sizeof path, "%s/memscope_process.bin", directory);
  if (ms_trace_file_open(&file, path, &ignored) != MS_OK)
    return false;
  struct ms_damage_list damage = {.items = {0}};
  struct ms_facts facts = {.pid = 0};
  ms_facts_read(&facts, &file, &damage);
  bool same = strcmp(facts.tree, token) == 0;
  *pid = file.header.pid;
  ms_facts_free(&facts);
  ms_damage_free(&damage);
  ms_trace_file_close(&file);
  return same;
}

static int by_number(const void *left, const void *right) {
  const struct ms_tree_member *a = left, *b = right;
  return a->pid != b->pid ? (a->pid > b->pid ? 1 : -1) : strcmp(a->suffix, b->suffix);
}

void ms_tree_find(struct ms_tree *tree, const char *directory, const char *token) {
  struct place place;
  DIR *listing = NULL;
  if (token[0] != '\0' && find_place(directory, &place))
    listing = opendir(place.parent);
  if (listing == NULL)
    return;
  size_t length = strlen(place.base);
  for (struct dirent *entry; (entry = readdir(listing)) != NULL;) {
    char path[2 * PATH_MAX];
    uint32_t pid;
    if (strncmp(entry->d_name, place.base, length) != 0 || !isdigit((unsigned char)entry->d_name[length]))
      continue;
    int size = snprintf(path, sizeof path, "%s/%s", place.parent, entry->d_name);
    if (size >= PATH_MAX || !belongs(path, token, &pid))
      continue;
    const char *kept = ms_arena_text(&tree->arena, path, (size_t)size);
    ms_vec_push(&tree->members, ((struct ms_tree_member){pid, kept, kept + size - strlen(entry->d_name) + length}));
  }
  closedir(listing);
  ms_vec_sort(&tree->members, by_number);
}

void ms_tree_mention(FILE *out, const struct ms_tree *tree) {
  size_t count = tree->members.count;
  if (count > 0)
    fprintf(out, "%zu more process%s of this run beside it: `memscope export --children` exports %s, too\n", count,
            count == 1 ? "" : "es", count == 1 ? "it" : "them");
}

void ms_tree_free(struct ms_tree *tree) {
  ms_vec_free(&tree->members);
  ms_arena_free(&tree->arena);
}
