/* SPDX-License-Identifier: Apache-2.0
 *
 * seed_program.c: a little of everything that a trace can hold, for the fuzzers' first inputs.
 */
#include <memscope/annotations.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

static void *kept[64];

MEMSCOPE_TRACK_AS("name=inner,stack_depth=3") static void inner(int depth) {
  if (depth > 0)
    inner(depth - 1);
  else
    kept[63] = malloc(63);
}

MEMSCOPE_TRACK static void *worker(void *name) {
  prctl(PR_SET_NAME, name);
  for (int round = 0; round < 90; round++)
    for (int i = 0; i < 60; i++) {
      free(kept[i]);
      kept[i] = i % 7 == 0 ? aligned_alloc(64, 128) : malloc((size_t)(i * i * round + 1));
      kept[i] = i % 5 == 0 ? realloc(kept[i], 5000) : kept[i];
    }
  inner(5);
  free(kept[63]);
  munmap(mmap(NULL, 8192, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), 8192);
  usleep(30000);
  return NULL;
}

int main(void) {
  static char *names[] = {"first", "second \xc3\xa9"};
  for (int i = 0; i < 2; i++) {
    pthread_t thread;
    pthread_create(&thread, NULL, worker, names[i]);
    pthread_join(thread, NULL);
  }
  for (int i = 0; i < 40; i++)
    free(kept[i]); /* by a thread that is not tracked */
}
