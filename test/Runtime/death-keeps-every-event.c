// However a process ends, and whenever: each event that had completed in any of its threads is in the trace, with its size and in its
// order, and at most the one more that was under way. By hand: MEMSCOPE_TEST_DEATHS=1000 for so many of each kind.
// REQUIRES: zstd
// RUN: rm -rf %t.dir && mkdir -p %t.dir && cd %t.dir
// RUN: %clang_memscope -O2 -I%inputs %s -o program %link_memscope && %python %inputs/deaths.py %memscope ./program
// RUN: env MEMSCOPE_OPTIONS=compress=zstd %python %inputs/deaths.py %memscope ./program
#include <signal.h>
#include <string.h>

#include "logged_events.h"

static void *run(void *rounds) {
  log_rounds((unsigned)(uintptr_t)rounds);
  return NULL;
}

/* program HOW THREADS ROUNDS: the main thread dies, or ends, after so many rounds; the others have no end but that, except
 * where it ends alone. */
int main(int argc, char **argv) {
  const char *how = argc > 1 ? argv[1] : "";
  unsigned threads = (unsigned)atoi(argv[2]), rounds = (unsigned)atoi(argv[3]);
  pthread_t thread;
  open_log();
  for (unsigned i = 0; i < threads; i++)
    pthread_create(&thread, NULL, run, (void *)(uintptr_t)(strcmp(how, "pthread_exit") == 0 ? 2 * rounds : 0));
  log_rounds(rounds);
  if (strcmp(how, "kill") == 0)
    raise(SIGKILL);
  if (strcmp(how, "abort") == 0)
    abort();
  if (strcmp(how, "segv") == 0)
    *(volatile int *)8 = 0;
  if (strcmp(how, "_exit") == 0)
    _exit(3);
  if (strcmp(how, "quick_exit") == 0)
    quick_exit(3);
  if (strcmp(how, "pthread_exit") == 0)
    pthread_exit(NULL);
  return 3;
}
