/* SPDX-License-Identifier: Apache-2.0
 *
 * sites.c: the first user of a descriptor claims it by an exchange of its id, so that it is numbered and written once.
 * Others who come at the same moment wait until the id is there: the claimant is between two instructions and a write,
 * with its thread's guard held.
 */
#include "sites.h"

#include "process_file.h"

/* While a descriptor is being numbered. */
#define CLAIMED UINT32_MAX

/* A claimant is gone only where its process forked in that moment, leaving the child with the claim and without the
 * thread. Numbering takes microseconds; this many looks take milliseconds. */
#define CLAIM_PATIENCE 10000000u

static _Atomic uint32_t site_count, scope_count;

/* Returns the id that is there, or 0 when it is for the caller to give one. */
static uint32_t claim(_Atomic uint32_t *id) {
  uint32_t seen = 0;
  if (ms_cas_acq_rel(id, &seen, CLAIMED)) /* A3: its failure pairs with R3 in the number functions */
    return 0;
  for (unsigned look = 0; seen == CLAIMED && look < CLAIM_PATIENCE; look++)
    seen = ms_load_acquire(id); /* A3 */
  return seen == CLAIMED ? 0 : seen;
}

static void write_site(uint32_t id, const struct __memscope_site *site, enum ms_family family) {
  struct ms_fact fact;
  ms_fact_begin(&fact, MS_FACT_SITE);
  ms_fact_u32(&fact, id);
  ms_fact_u32(&fact, site->line);
  ms_fact_u32(&fact, site->column);
  ms_fact_u8(&fact, (uint8_t)family);
  ms_fact_text(&fact, site->callee);
  ms_fact_text(&fact, site->function);
  ms_fact_text(&fact, site->file);
  ms_fact_text(&fact, site->type);
  ms_fact_text(&fact, site->receiver);
  ms_process_file_append(&fact);
}

MS_COLD uint32_t ms_sites_number_slow(struct __memscope_site *site, enum ms_family family) {
  _Atomic uint32_t *id = (_Atomic uint32_t *)&site->id;
  uint32_t number = claim(id);
  if (number != 0)
    return number;
  number = ms_add_relaxed(&site_count, 1) + 1; /* relaxed: only distinct numbers matter */
  write_site(number, site, family);
  ms_store_release(id, number); /* R3: the text is in the file before the number is used; pairs with A3 in claim */
  return number;
}

uint32_t ms_sites_count(void) { return ms_load_relaxed(&site_count); }
uint32_t ms_sites_scope_count(void) { return ms_load_relaxed(&scope_count); }

MS_COLD uint32_t ms_sites_number_scope_slow(struct __memscope_scope *scope) {
  _Atomic uint32_t *id = (_Atomic uint32_t *)&scope->id;
  uint32_t number = claim(id);
  if (number != 0)
    return number;
  number = ms_add_relaxed(&scope_count, 1) + 1;
  struct ms_fact fact;
  ms_fact_begin(&fact, MS_FACT_SCOPE);
  ms_fact_u32(&fact, number);
  ms_fact_u32(&fact, scope->line);
  ms_fact_text(&fact, scope->name);
  ms_fact_text(&fact, scope->function);
  ms_fact_text(&fact, scope->file);
  ms_process_file_append(&fact);
  ms_store_release(id, number); /* R3 */
  return number;
}
