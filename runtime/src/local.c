/* SPDX-License-Identifier: Apache-2.0
 *
 * local.c: the thread-local itself. Initial-exec: reading it is one instruction, and no call that could allocate.
 */
#include "local.h"

#include <stddef.h>

#include "os.h"

_Thread_local struct ms_local ms_local __attribute__((tls_model("initial-exec")));

/* The byte at its beginning, not a copy of it: generated code sees what the runtime goes by. */
_Static_assert(offsetof(struct ms_local, mode) == 0, "__memscope_mode is where ms_local is");
extern _Thread_local uint8_t __memscope_mode __attribute__((alias("ms_local"), tls_model("initial-exec")));

uint32_t ms_local_tid(void) {
  if (ms_local.tid == 0)
    ms_local.tid = ms_os_tid();
  return ms_local.tid;
}
