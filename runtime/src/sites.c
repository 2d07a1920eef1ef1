/* SPDX-License-Identifier: Apache-2.0
 *
 * sites.c: the first user of a descriptor claims it by an exchange of its id, so that it is numbered and written once.
 * Others who come at the same moment wait until the id is there: the claimant is between two instructions and a write,
 * with its thread's guard held.
 */
#include "sites.h"

#include <pthread.h>
#include <string.h>

#include "os.h"
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

static uint32_t number_site(struct __memscope_site *site, enum ms_family family) {
  _Atomic uint32_t *id = (_Atomic uint32_t *)&site->id;
  uint32_t number = claim(id);
  if (number != 0)
    return number;
  number = ms_add_relaxed(&site_count, 1) + 1; /* relaxed: only distinct numbers matter */
  write_site(number, site, family);
  ms_store_release(id, number); /* R3: the text is in the file before the number is used; pairs with A3 in claim */
  return number;
}

/* A signal handler that forks would leave the child with the claim, and with the number for another site. */
MS_COLD uint32_t ms_sites_number_slow(struct __memscope_site *site, enum ms_family family) {
  uint64_t signals = ms_os_hold_signals();
  uint32_t number = number_site(site, family);
  ms_os_release_signals(signals);
  return number;
}

uint32_t ms_sites_count(void) { return ms_load_relaxed(&site_count); }
uint32_t ms_sites_scope_count(void) { return ms_load_relaxed(&scope_count); }

static uint32_t number_scope(struct __memscope_scope *scope) {
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

MS_COLD uint32_t ms_sites_number_scope_slow(struct __memscope_scope *scope) {
  uint64_t signals = ms_os_hold_signals();
  uint32_t number = number_scope(scope);
  ms_os_release_signals(signals);
  return number;
}

/* ---- scopes that outlive their library ---- */

struct kept_scope {
  struct kept_scope *next;
  struct __memscope_scope scope;
  char texts[];
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct kept_scope *kept;

static bool same_text(const char *a, const char *b) { return a == b || (a && b && strcmp(a, b) == 0); }

static bool same_scope(const struct __memscope_scope *a, const struct __memscope_scope *b) {
  return a->line == b->line && a->stack_depth == b->stack_depth && a->ignore == b->ignore &&
         a->sampling_rate == b->sampling_rate && same_text(a->name, b->name) && same_text(a->function, b->function) &&
         same_text(a->file, b->file);
}

static size_t text_bytes(const char *text) { return text ? strlen(text) + 1 : 0; }

static void *copy_text(char **at, const char *text) {
  char *copy = *at;
  *at += text_bytes(text);
  return text ? memcpy(copy, text, text_bytes(text)) : NULL;
}

static struct kept_scope *copy_scope(const struct __memscope_scope *scope) {
  size_t texts = text_bytes(scope->name) + text_bytes(scope->function) + text_bytes(scope->file);
  struct kept_scope *copy = ms_os_map(sizeof *copy + texts);
  if (!copy)
    return NULL;
  char *at = copy->texts;
  copy->scope = *scope;
  copy->scope.name = copy_text(&at, scope->name);
  copy->scope.function = copy_text(&at, scope->function);
  copy->scope.file = copy_text(&at, scope->file);
  copy->scope.id = 0; /* numbered for itself: the original may be numbered by another thread just now */
  return copy;
}

struct __memscope_scope *ms_sites_keep_scope(const struct __memscope_scope *scope) {
  pthread_mutex_lock(&lock);
  struct kept_scope *found = kept;
  while (found && !same_scope(&found->scope, scope))
    found = found->next;
  if (!found && (found = copy_scope(scope)) != NULL) {
    found->next = kept;
    kept = found;
  }
  pthread_mutex_unlock(&lock);
  return found ? &found->scope : NULL;
}

void ms_sites_fork_child(void) {
  pthread_mutex_init(&lock, NULL); /* another thread, which is no more, may have held it at the fork */
}
