/* SPDX-License-Identifier: Apache-2.0
 *
 * fork_witness.c: the byte.
 */
#include "fork_witness.h"

#include "os.h"

static unsigned char not_started = 1;
volatile unsigned char *ms_fork_witness = &not_started;

void ms_fork_witness_start(void) { ms_fork_witness = ms_os_fork_witness(); }

void ms_fork_witness_renew(void) { *ms_fork_witness = 1; }
