/* SPDX-License-Identifier: Apache-2.0
 *
 * modules.c: one list under a mutex, compared with the loader's: a module is known by where it is and what it is, so
 * that another library at the same address is another module.
 */
#include "modules.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "epoch.h"
#include "facts.h"
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
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

_Atomic uint32_t ms_modules_generation;

static uint64_t identify(const struct ms_os_module *module) {
  uint64_t hash = 0xcbf29ce484222325u; /* FNV-1a */
  for (const char *at = module->path; *at; at++)
    hash = (hash ^ (uint8_t)*at) * 0x100000001b3u;
  for (size_t i = 0; i < module->build_id_bytes; i++)
    hash = (hash ^ module->build_id[i]) * 0x100000001b3u;
  return hash;
}

static struct module *find(const struct ms_os_module *module) {
  uint64_t identity = identify(module);
  for (unsigned i = 0; i < module_count; i++)
    if (modules[i].low == module->low && modules[i].high == module->high && modules[i].identity == identity)
      return &modules[i];
  return NULL;
}

static void write_module(const struct ms_os_module *module) {
  char build_id[2 * 64 + 1] = "";
  size_t bytes = module->build_id_bytes <= 64 ? module->build_id_bytes : 64;
  for (size_t i = 0; i < bytes; i++)
    snprintf(build_id + 2 * i, 3, "%02x", module->build_id[i]);
  struct ms_fact fact;
  ms_fact_begin(&fact, MS_FACT_MODULE);
  ms_fact_u64(&fact, module->bias);
  ms_fact_u64(&fact, module->low);
  ms_fact_u64(&fact, module->high);
  ms_fact_u32(&fact, ms_load_relaxed(&ms_modules_generation));
  ms_fact_text(&fact, module->path);
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

static void mark_module(const struct ms_os_module *found, void *context) {
  (void)context;
  struct module *known = find(found);
  if (known)
    known->seen = true;
}

static void add_module(const struct ms_os_module *found, void *context) {
  (void)context;
  if (find(found) || module_count == MODULES_MAX)
    return;
  modules[module_count++] = (struct module){found->bias, found->low, found->high, identify(found), true};
  write_module(found);
}

/* Modules that are gone make way, and raise the generation, before those that took their place are written. */
void ms_modules_refresh(void) {
  pthread_mutex_lock(&lock);
  for (unsigned i = 0; i < module_count; i++)
    modules[i].seen = false;
  ms_os_modules(mark_module, NULL);
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
  ms_os_modules(add_module, NULL);
  pthread_mutex_unlock(&lock);
}

void ms_modules_restart(void) {
  pthread_mutex_init(&lock, NULL); /* another thread, which is no more, may have held it at the fork */
  module_count = 0;
}
