/* SPDX-License-Identifier: Apache-2.0
 *
 * epoch.c: the number.
 */
#include "epoch.h"

#include "os.h"

static _Atomic uint32_t not_started = 1;
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
  do /* 0 is not given: it means a child */
    next = seen + 1 != 0 ? seen + 1 : 1;
  while (!ms_cas_acq_rel(ms_epoch, &seen, next)); /* R5: publishes the change; pairs with A5 in prepare */
}

void ms_epoch_renew(void) { ms_store_relaxed(ms_epoch, 1); /* relaxed: one thread */ }
