/* SPDX-License-Identifier: Apache-2.0
 *
 * facts.h: memscope_process.bin as tables: who ran, with which options, modules, call sites and scopes.
 */
#ifndef MEMSCOPE_EXPORTER_FACTS_H
#define MEMSCOPE_EXPORTER_FACTS_H

#include "read/clock.h"
#include "read/trace_file.h"
#include "support/map.h"

/* All texts are C strings in the facts' arena, "" where the trace has none. */

struct ms_module {
  uint64_t load_bias, low, high;
  uint32_t generation;      /* from which it is there */
  uint32_t gone_generation; /* from which it is not; UINT32_MAX while loaded */
  const char *path, *build_id;
};

/** Where a module begins, for the search. */
struct ms_module_place {
  uint64_t low;
  uint64_t reach; /* the highest end of this module and all before it */
  uint32_t generation, module;
};

struct ms_site {
  uint32_t id, line, column;
  uint8_t family; /* enum ms_family */
  const char *callee, *function, *file, *type, *receiver;
};

struct ms_scope {
  uint32_t id, line;
  const char *name, *function, *file;
};

struct ms_option {
  const char *key, *value;
  bool given;
};

struct ms_note {
  uint64_t ticks;
  const char *text;
};

/** Zero-initialise before the first use. */
struct ms_facts {
  struct ms_arena arena;
  bool has_process; /* the fields up to `arguments` were there */
  uint32_t pid, parent_pid, page_size_bytes, cores;
  uint64_t start_ticks, nominal_ticks_per_second;
  const char *clock_source, *executable, *working_directory, *host, *kernel, *libc, *runtime_version;
  const char *tree; /* token that all processes of a tree share */
  MS_VEC(const char *) arguments;
  struct ms_clock_reading first_reading, last_reading;
  size_t readings;
  bool ended; /* the end record is there */
  uint64_t end_ticks;
  MS_VEC(struct ms_option) options;
  MS_VEC(struct ms_module) modules;
  MS_VEC(struct ms_module_place) places; /* of the modules, by low address and then generation */
  MS_VEC(struct ms_site) sites;
  MS_VEC(struct ms_scope) scopes;
  MS_VEC(struct ms_note) notes;
  struct ms_map site_by_id, scope_by_id; /* index in the vectors */
  struct ms_map module_by_bias;          /* the newest of each load bias */
  const char *sysroot; /* where the files of the machine that the program ran on are; NULL: here. Set by the command */
};

/** One record of a facts file. */
struct ms_fact {
  uint32_t kind;
  uint64_t offset; /* of the record */
  struct ms_cursor payload;
};

/** Gives the next fact whose checks hold, moving `at` (start with 0: the first). Damage is noted; behind it the search
 *  goes on at the next offset at which a header check holds. False at the end. */
bool ms_fact_next(const struct ms_trace_file *file, uint64_t *at, struct ms_fact *fact, struct ms_damage_list *damage);

/** Reads the process file. */
void ms_facts_read(struct ms_facts *facts, const struct ms_trace_file *file, struct ms_damage_list *damage);
/** Fills texts with "" for a run without a process file. */
void ms_facts_default(struct ms_facts *facts);
/** Returns the module that covers `address` in `generation`, MS_NONE where none does. Time: logarithmic, and bounded where
 *  a hostile file has modules one over the other. */
uint32_t ms_facts_module(const struct ms_facts *facts, uint64_t address, uint32_t generation);
/** Returns the site of this id, NULL where the process file does not know it. */
const struct ms_site *ms_facts_site(const struct ms_facts *facts, uint32_t id);
void ms_facts_free(struct ms_facts *facts);

#endif
