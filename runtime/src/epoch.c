/* SPDX-License-Identifier: Apache-2.0
 *
 * epoch.c: the number.
 */
#include "epoch.h"

#include "os.h"

static _Atomic uint32_t not_started = 1;
static _Atomic uint32_t last = 1; /* number given, which the kernel does not wipe */
_Atomic uint32_t *ms_epoch = &not_started;

void ms_epoch_start(void) {
  _Atomic uint32_t *page = ms_os_wiped_in_children();
  if (!page) /* before Linux 4.14: forks that libc does not see go unnoticed */
    return;
  ms_store_relaxed(page, 1); /* relaxed: one thread */
  ms_epoch = page;
}

void ms_epoch_advance(void) {
  uint32_t seen = ms_load_relaxed(ms_epoch), next;
  do { /* 0 is not given: it means a child, and stays until the child has noticed */
    if (seen == 0)
      return;
    next = seen + 1 != 0 ? seen + 1 : 1;
  } while (!ms_cas_acq_rel(ms_epoch, &seen, next)); /* R5: publishes the change; pairs with A5 in prepare */
  ms_store_relaxed(&last, next);                    /* relaxed: read by the child of a fork only */
}

void ms_epoch_wait_for_notice(void) { ms_store_relaxed(ms_epoch, 0); /* relaxed: one thread */ }

void ms_epoch_renew(void) {
  uint32_t next = ms_load_relaxed(&last) + 1;
  if (next == 0)
    next = 1;
  ms_store_relaxed(&last, next);    /* relaxed: one thread at a time */
  ms_store_release(ms_epoch, next); /* R5: publishes what the child has forgotten; pairs with A5 in prepare */
}
