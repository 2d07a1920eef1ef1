/* SPDX-License-Identifier: Apache-2.0
 *
 * module_list.c: the copy, and a count of those who copy and of the forks under way, in one number, so that one of two
 * who come together sees the other.
 */
#include "module_list.h"

#include <string.h>

#include "atomics.h"
#include "os.h"

/* ---- copying and forking keep apart ---- */

#define FORK (1u << 16) /* copies are counted below it, forks above */

/* In pauses of 50 microseconds. Copying takes a few microseconds, unless a thread of the program holds the loader's
 * lock; then the fork does not, and need not wait. A fork takes as long as the process is large. */
#define PATIENCE_OF_FORK 4000u
#define PATIENCE_OF_COPY 40000u

static _Atomic uint32_t under_way;
static _Atomic bool waits; /* a fork has waited in vain: somebody copying waits for the loader's lock */

static void add(uint32_t count) {
  uint32_t seen = ms_load_relaxed(&under_way); /* relaxed: a look */
  /* R7: the loader's lock is released; pairs with A7 in ms_module_list_fork_prepare */
  while (!ms_cas_acq_rel(&under_way, &seen, seen + count))
    ;
}

static void begin_copy(void) {
  uint32_t seen = ms_load_relaxed(&under_way); /* relaxed: a look */
  for (unsigned pauses = 0;;) {
    if (seen >= FORK && pauses++ < PATIENCE_OF_COPY) {
      ms_os_pause();
      seen = ms_load_relaxed(&under_way);                     /* relaxed: a look */
    } else if (ms_cas_acq_rel(&under_way, &seen, seen + 1)) { /* no partner: a fork that comes now sees the count */
      return;
    }
  }
}

static void end_copy(void) {
  ms_store_relaxed(&waits, false); /* relaxed: only how long a fork waits depends on it */
  add((uint32_t)-1);
}

void ms_module_list_fork_prepare(void) {
  unsigned pauses = ms_load_relaxed(&waits) ? PATIENCE_OF_FORK : 0; /* relaxed: as above */
  add(FORK);
  /* A7: pairs with R7 in add: the memory that the child gets has the loader's lock released. */
  for (; (ms_load_acquire(&under_way) & (FORK - 1)) != 0 && pauses < PATIENCE_OF_FORK; pauses++)
    ms_os_pause();
  if (pauses == PATIENCE_OF_FORK)
    ms_store_relaxed(&waits, true); /* relaxed: as above */
}

void ms_module_list_fork_parent(void) { add((uint32_t)-FORK); }

void ms_module_list_fork_child(void) {
  ms_store_relaxed(&under_way, 0); /* relaxed, both: one thread */
  ms_store_relaxed(&waits, false);
}

/* ---- the copy ---- */

struct copy {
  struct ms_module_list *list;
  uint64_t known;
  bool failed;
};

static bool room(void **items, size_t *capacity, size_t item_bytes, size_t needed) {
  while (needed > *capacity)
    if (!ms_os_room(items, capacity, item_bytes, needed))
      return false;
  return true;
}

/* @return where the bytes are now. */
static size_t put(struct ms_module_list *list, const void *bytes, size_t count) {
  size_t at = list->texts_used;
  if (count > 0)
    memcpy(list->texts + at, bytes, count);
  list->texts_used += count;
  return at;
}

static bool visit(const struct ms_os_module *module, void *context) {
  struct copy *copy = context;
  struct ms_module_list *list = copy->list;
  list->changes = module->changes;
  if (module->changes == copy->known)
    return false;
  size_t path_bytes = strlen(module->path) + 1;
  copy->failed =
      !room((void **)&list->modules, &list->modules_capacity, sizeof *list->modules, list->count + 1) ||
      !room((void **)&list->texts, &list->texts_capacity, 1, list->texts_used + path_bytes + module->build_id_bytes);
  if (copy->failed)
    return false;
  list->modules[list->count++] =
      (struct ms_listed_module){.bias = module->bias,
                                .low = module->low,
                                .high = module->high,
                                .path = put(list, module->path, path_bytes),
                                .build_id = put(list, module->build_id, module->build_id_bytes),
                                .build_id_bytes = module->build_id_bytes};
  return true;
}

bool ms_module_list_take(struct ms_module_list *list, uint64_t known) {
  struct copy copy = {list, known, false};
  memset(list, 0, sizeof *list);
  begin_copy();
  ms_os_modules(visit, &copy);
  end_copy();
  if (!copy.failed && list->count > 0)
    return true;
  ms_module_list_free(list);
  return false;
}

void ms_module_list_free(struct ms_module_list *list) {
  ms_os_unmap(list->modules, list->modules_capacity * sizeof *list->modules);
  ms_os_unmap(list->texts, list->texts_capacity);
}
