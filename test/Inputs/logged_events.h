/* SPDX-License-Identifier: Apache-2.0
 *
 * logged_events.h: threads that write each call of an allocation function down when it is over, with one write(2) to a
 * file named `log`: what that file holds, a trace must hold, whatever happens to the process. Sizes of a thread rise, so that
 * each event is one of its kind. Read by deaths.py.
 */
#include <fcntl.h>
#include <memscope/annotations.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

static int event_log;
static _Thread_local void *volatile kept;

/* A write that a kill meets is whole up to the end of a page: records never go over one. */
struct logged {
  uint32_t tid, kind; /* 'a', 'r' or 'f' */
  uint64_t size, address, unused;
};

static void log_event(uint32_t tid, uint32_t kind, uint64_t size, uintptr_t address) {
  struct logged logged = {tid, kind, size, address, 0};
  if (write(event_log, &logged, sizeof logged) != sizeof logged)
    _exit(99);
}

static void open_log(void) { event_log = open("log", O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, 0600); }

/* Three events a round; `rounds` 0: without end. */
MEMSCOPE_TRACK static void log_rounds(unsigned rounds) {
  uint32_t tid = (uint32_t)syscall(SYS_gettid);
  for (size_t round = 1; round - 1 != rounds || rounds == 0; round++) {
    kept = malloc(2 * round);
    log_event(tid, 'a', 2 * round, (uintptr_t)kept);
    kept = realloc(kept, 2 * round + 1);
    log_event(tid, 'r', 2 * round + 1, (uintptr_t)kept);
    uintptr_t address = (uintptr_t)kept;
    free(kept);
    log_event(tid, 'f', 0, address);
  }
}
