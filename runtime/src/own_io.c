/* SPDX-License-Identifier: Apache-2.0
 *
 * own_io.c: slots in an open-addressed table that is never emptied: a thread that gets the tid of an ended one takes
 * over its slot.
 */
#include "own_io.h"

#include <stddef.h>

#include "atomics.h"
#include "os.h"

#define SLOTS 65536u
#define PROBES 64u /* then the thread's calls go uncounted; with 65536 threads alive nobody will miss them */

struct slot {
  _Atomic uint32_t tid;
  _Atomic uint64_t counts[4]; /* in the order of struct ms_own_io */
};

static struct slot slots[SLOTS];
static _Thread_local struct slot *own __attribute__((tls_model("initial-exec")));

enum { READ_CALLS, WRITE_CALLS, READ_BYTES, WRITE_BYTES };

void ms_own_io_start(uint32_t tid) {
  for (uint32_t i = 0; i < PROBES; i++) {
    struct slot *slot = &slots[(tid + i) % SLOTS];
    uint32_t holder = 0;
    if (!ms_cas_relaxed(&slot->tid, &holder, tid) && holder != tid)
      continue;
    for (unsigned k = 0; k < 4; k++)
      ms_store_relaxed(&slot->counts[k], 0);
    own = slot;
    return;
  }
}

static void count(unsigned calls, unsigned bytes, long moved) {
  if (!own || ms_os_descriptors_are_own()) /* of another thread than that, for the kernel */
    return;
  ms_store_relaxed(&own->counts[calls], ms_load_relaxed(&own->counts[calls]) + 1);
  if (moved > 0)
    ms_store_relaxed(&own->counts[bytes], ms_load_relaxed(&own->counts[bytes]) + (uint64_t)moved);
}

void ms_own_io_read(long bytes) { count(READ_CALLS, READ_BYTES, bytes); }
void ms_own_io_wrote(long bytes) { count(WRITE_CALLS, WRITE_BYTES, bytes); }

struct ms_own_io ms_own_io_of(uint32_t tid) {
  for (uint32_t i = 0; i < PROBES; i++) {
    struct slot *slot = &slots[(tid + i) % SLOTS];
    uint32_t holder = ms_load_relaxed(&slot->tid);
    if (holder == tid)
      return (struct ms_own_io){ms_load_relaxed(&slot->counts[READ_CALLS]), ms_load_relaxed(&slot->counts[WRITE_CALLS]),
                                ms_load_relaxed(&slot->counts[READ_BYTES]),
                                ms_load_relaxed(&slot->counts[WRITE_BYTES])};
    if (holder == 0)
      break;
  }
  return (struct ms_own_io){0, 0, 0, 0};
}
