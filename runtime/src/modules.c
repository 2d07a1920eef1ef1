/* SPDX-License-Identifier: Apache-2.0
 *
 * modules.c: one list under a mutex, compared with a copy of the loader's: a module is known by where it is and what it
 * is, so that another library at the same address is another module.
 */
#include "modules.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "epoch.h"
#include "facts.h"
#include "module_list.h"
#include "os.h"
#include "process_file.h"

#define MODULES_MAX 4096u

struct module {
  uintptr_t bias, low, high;
  uint64_t identity; /* of path and build id */
  bool seen;
};

static struct module modules[MODULES_MAX];
static unsigned module_count;
static _Atomic uint64_t compared; /* changes of the list that was compared last; 0: none */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

_Atomic uint32_t ms_modules_generation;

static uint64_t identify(const struct ms_module_list *list, const struct ms_listed_module *module) {
  uint64_t hash = 0xcbf29ce484222325u; /* FNV-1a */
  for (const uint8_t *at = list->texts + module->path; *at; at++)
    hash = (hash ^ *at) * 0x100000001b3u;
  for (size_t i = 0; i < module->build_id_bytes; i++)
    hash = (hash ^ list->texts[module->build_id + i]) * 0x100000001b3u;
  return hash;
}

static struct module *find(const struct ms_listed_module *module, uint64_t identity) {
  for (unsigned i = 0; i < module_count; i++)
    if (modules[i].low == module->low && modules[i].high == module->high && modules[i].identity == identity)
      return &modules[i];
  return NULL;
}

static void write_module(const struct ms_module_list *list, const struct ms_listed_module *module) {
  static char own_path[MS_PATH_MAX]; /* under the lock; a stack may be small */
  const char *path = (const char *)list->texts + module->path;
  /* The loader knows the program itself by no name; /proc does. */
  if (path[0] == 0 && ms_os_executable(own_path, sizeof own_path))
    path = own_path;
  char build_id[2 * 64 + 1] = "";
  size_t bytes = module->build_id_bytes <= 64 ? module->build_id_bytes : 64;
  for (size_t i = 0; i < bytes; i++)
    snprintf(build_id + 2 * i, 3, "%02x", list->texts[module->build_id + i]);
  struct ms_fact fact;
  ms_fact_begin(&fact, MS_FACT_MODULE);
  ms_fact_u64(&fact, module->bias);
  ms_fact_u64(&fact, module->low);
  ms_fact_u64(&fact, module->high);
  ms_fact_u32(&fact, ms_load_relaxed(&ms_modules_generation));
  ms_fact_text(&fact, path);
  ms_fact_text(&fact, build_id);
  ms_process_file_append(&fact);
}

static void write_module_gone(const struct module *module) {
  struct ms_fact fact;
  ms_fact_begin(&fact, MS_FACT_MODULE_GONE);
  ms_fact_u64(&fact, module->bias);
  ms_fact_u32(&fact, ms_load_relaxed(&ms_modules_generation));
  ms_process_file_append(&fact);
}

/* Modules that are gone make way, and raise the generation, before those that took their place are written. */
static void drop_gone(void) {
  bool raised = false;
  for (unsigned i = 0; i < module_count;) {
    if (modules[i].seen) {
      i++;
      continue;
    }
    if (!raised)
      ms_add_relaxed(&ms_modules_generation, 1); /* relaxed: readers only look for a difference */
    raised = true;
    write_module_gone(&modules[i]);
    modules[i] = modules[--module_count];
  }
  if (raised)
    ms_epoch_advance();
}

static void compare(const struct ms_module_list *list) {
  for (unsigned i = 0; i < module_count; i++)
    modules[i].seen = false;
  for (size_t i = 0; i < list->count; i++) {
    struct module *known = find(&list->modules[i], identify(list, &list->modules[i]));
    if (known)
      known->seen = true;
  }
  drop_gone();
  for (size_t i = 0; i < list->count; i++) {
    const struct ms_listed_module *listed = &list->modules[i];
    uint64_t identity = identify(list, listed);
    if (find(listed, identity) || module_count == MODULES_MAX)
      continue;
    modules[module_count++] = (struct module){listed->bias, listed->low, listed->high, identity, true};
    write_module(list, listed);
  }
}

void ms_modules_refresh(void) {
  uint64_t signals = ms_os_hold_signals();
  struct ms_module_list list;
  /* relaxed: only compared; a list that is not taken for it has been compared by somebody else */
  if (ms_module_list_take(&list, ms_load_relaxed(&compared))) {
    pthread_mutex_lock(&lock);
    if (list.changes > ms_load_relaxed(&compared)) { /* relaxed: under the lock; else a newer list was faster */
      compare(&list);
      ms_store_relaxed(&compared, list.changes);
    }
    pthread_mutex_unlock(&lock);
    ms_module_list_free(&list);
  }
  ms_os_release_signals(signals);
}

void ms_modules_restart(void) {
  pthread_mutex_init(&lock, NULL); /* another thread, which is no more, may have held it at the fork */
  module_count = 0;
  ms_store_relaxed(&compared, 0); /* relaxed: one thread */
}
