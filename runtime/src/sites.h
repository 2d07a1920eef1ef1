/* SPDX-License-Identifier: Apache-2.0
 *
 * sites.h: numbers call sites and scopes. A descriptor in the program has id 0 until its first use; then it gets the
 * next number and its text goes into the process file, so that a large program pays for the sites it runs, not for
 * those it has. Any thread.
 */
#ifndef MS_SITES_H
#define MS_SITES_H

#include <stdbool.h>
#include <stdint.h>

#include "atomics.h"
#include "memscope/abi.h"
#include "memscope/trace_format.h"

/** Returns whether a descriptor's id is a number: it is 0 before its first use and all ones while it is numbered. */
static inline bool ms_sites_is_number(uint32_t id) { return id - 1 < UINT32_MAX - 1; }

uint32_t ms_sites_number_slow(struct __memscope_site *site, enum ms_family family);

/** Returns the id of a site. Cost after the first use: a load and a branch. Guarded by bench/ (deep). */
static inline uint32_t ms_sites_number(struct __memscope_site *site, enum ms_family family) {
  /* relaxed: the id alone is used; its text reaches the reader through the file */
  uint32_t id = ms_load_relaxed((_Atomic uint32_t *)&site->id);
  return ms_likely(ms_sites_is_number(id)) ? id : ms_sites_number_slow(site, family);
}

uint32_t ms_sites_number_scope_slow(struct __memscope_scope *scope);

/** Returns the id of a scope. Cost as for a site. */
static inline uint32_t ms_sites_number_scope(struct __memscope_scope *scope) {
  uint32_t id = ms_load_relaxed((_Atomic uint32_t *)&scope->id); /* relaxed: as for a site */
  return ms_likely(ms_sites_is_number(id)) ? id : ms_sites_number_scope_slow(scope);
}

/** Returns a copy of a scope that stays when the library with the descriptor is unloaded; the same one for equal
 * scopes. Not on the hot path. @return NULL when memory is refused. */
struct __memscope_scope *ms_sites_keep_scope(const struct __memscope_scope *scope);
void ms_sites_fork_child(void);

/** Return how many numbers have been given: a forked child copies the texts of these from its parent's file. */
uint32_t ms_sites_count(void);
uint32_t ms_sites_scope_count(void);

#endif
