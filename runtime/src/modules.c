/* SPDX-License-Identifier: Apache-2.0
 *
 * modules.c: one list, grown under a mutex and read without one. A row is complete before the count includes it, and a
 * module that is gone keeps its row with `live` cleared: no reader ever sees a row change under it, and code that is on
 * somebody's stack cannot be unloaded.
 */
#include "modules.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "facts.h"
#include "os.h"
#include "process_file.h"

#define MODULES_MAX 4096u

struct module {
  uintptr_t bias, low, high, text_low, text_high;
  const void *unwind_table;
  atomic_bool live;
  bool seen, written; /* under the lock */
};

static struct module modules[MODULES_MAX];
static atomic_uint module_count;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

_Atomic uint32_t ms_modules_generation;

const void *ms_modules_unwind_table(uintptr_t address) {
  unsigned count = ms_load_acquire(&module_count); /* A2: pairs with R2 in add_module */
  for (unsigned i = 0; i < count; i++)
    if (address >= modules[i].text_low && address < modules[i].text_high && ms_load_relaxed(&modules[i].live))
      return modules[i].unwind_table; /* relaxed: a module with a frame on this stack stays loaded */
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
  ms_fact_text(&fact, NULL);
  ms_process_file_append(&fact);
}

static void add_module(const struct ms_os_module *found, unsigned count) {
  struct module *row = &modules[count];
  row->bias = found->bias;
  row->low = found->low;
  row->high = found->high;
  row->text_low = found->text_low;
  row->text_high = found->text_high;
  row->unwind_table = found->unwind_table;
  row->seen = row->written = true;
  ms_store_relaxed(&row->live, true);
  ms_store_release(&module_count, count + 1); /* R2: publishes the row; pairs with A2 in unwind_table */
  write_module(found);
}

static void note_module(const struct ms_os_module *found, void *context) {
  (void)context;
  unsigned count = ms_load_relaxed(&module_count); /* relaxed: under the lock */
  for (unsigned i = 0; i < count; i++) {
    struct module *row = &modules[i];
    if (!ms_load_relaxed(&row->live) || row->low != found->low || row->high != found->high ||
        row->unwind_table != found->unwind_table)
      continue;
    if (!row->written)
      write_module(found);
    row->seen = row->written = true;
    return;
  }
  if (count < MODULES_MAX)
    add_module(found, count);
}

void ms_modules_refresh(void) {
  pthread_mutex_lock(&lock);
  for (unsigned i = 0; i < ms_load_relaxed(&module_count); i++)
    modules[i].seen = false;
  ms_os_modules(note_module, NULL);
  bool raised = false;
  for (unsigned i = 0; i < ms_load_relaxed(&module_count); i++) {
    struct module *row = &modules[i];
    if (row->seen || !ms_load_relaxed(&row->live))
      continue;
    ms_store_relaxed(&row->live, false);
    if (!raised)
      ms_add_relaxed(&ms_modules_generation, 1); /* relaxed: readers only look for a difference */
    raised = true;
    write_module_gone(row);
  }
  pthread_mutex_unlock(&lock);
}

void ms_modules_restart(void) {
  pthread_mutex_init(&lock, NULL); /* another thread, which is no more, may have held it at the fork */
  for (unsigned i = 0; i < ms_load_relaxed(&module_count); i++)
    modules[i].written = false;
}
