// Whichever system call of the runtime fails, once or from then on: the program's output and exit code are its own, one line is
// said at most, and each event is in the run, or counted there as dropped or as of a thread that is not recorded. Each call with
// each error, by hand: MEMSCOPE_TEST_FAULTS=all.
// REQUIRES: zstd, x86_64
// UNSUPPORTED: emulated
// RUN: rm -rf %t.dir && mkdir -p %t.dir && cd %t.dir
// RUN: %clang_memscope -O2 %s -o program %link_memscope && %clang_plain -O2 %inputs/faults.c -o faults
// RUN: env MEMSCOPE_OPTIONS=resources=0 %python %inputs/try_faults.py %memscope ./faults ./program 15 1
// RUN: env MEMSCOPE_OPTIONS=compress=zstd %python %inputs/try_faults.py %memscope ./faults ./program 15 2
#include <memscope/annotations.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static _Thread_local char *volatile text, *volatile more;

#define THREADS 3
#define ROUNDS 1500 /* of five events: a window and a half */

MEMSCOPE_TRACK static void *work(void *argument) {
  size_t sum = 0;
  for (int i = 0; i < ROUNDS; i++) {
    text = malloc((size_t)i % 90 + 1);
    more = calloc(1, (size_t)i + 1);
    text = realloc(text, 200);
    sum += text != NULL && more[i] == 0;
    free(text);
    free(more);
  }
  *(size_t *)argument = sum;
  return NULL;
}

int main(void) {
  pthread_t threads[THREADS];
  size_t sums[THREADS], sum = 0;
  for (int i = 0; i < THREADS; i++)
    pthread_create(&threads[i], NULL, work, &sums[i]);
  for (int i = 0; i < THREADS; i++) {
    pthread_join(threads[i], NULL);
    sum += sums[i];
  }
  printf("%d threads, %d events each, sum %zu\n", THREADS, 6 * ROUNDS, sum);
  return 7;
}
