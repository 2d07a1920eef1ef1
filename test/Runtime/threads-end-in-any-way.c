// A thread may end in any way: what it did is whole, its destructors' part included, and its blocks live on until another one
// releases them. That holds for many threads at once and for many in turn, whose numbers come again.
// UNSUPPORTED: emulated
// RUN: rm -rf %t.dir && mkdir -p %t.dir && cd %t.dir
// RUN: %clang_memscope -O2 %s -o program %link_memscope -pthread
// RUN: for how in returns exits deferred asynchronous detached c11; do %python %S/Inputs/run_against_count.py %memscope ./program $how 40 || exit 1; done
// RUN: %python %S/Inputs/run_against_count.py %memscope ./program returns 500 together
// RUN: %python %S/Inputs/run_against_count.py %memscope ./program returns 1000
#define _GNU_SOURCE
#include <limits.h>
#include <memscope/annotations.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <threads.h>
#include <unistd.h>

#define BLOCKS 5
#define ROUNDS PTHREAD_DESTRUCTOR_ITERATIONS

struct round {
  int number;
  void *block;
};

static pthread_key_t key;
static pthread_barrier_t barrier;
static const char *how;
static int together;
static void *volatile kept;
static _Atomic long allocations, releases;
static atomic_int ended, working;

static void *obtain(size_t size) {
  void *block = malloc(size);
  kept = block;
  allocations++;
  return block;
}

static void release(void *block) {
  free(block);
  releases++;
}

/* In each round the one before's block goes, and there is a new one; the last one is left to go. */
static void destroy(void *argument) {
  struct round *round = argument;
  release(round->block);
  if (++round->number < ROUNDS) {
    round->block = obtain(30);
    pthread_setspecific(key, round);
    return;
  }
  release(round);
  ended++;
}

static void clean(void *block) { release(block); }

/* Leaves BLOCKS blocks to whoever asked for them. */
static void work(void **blocks) {
  struct round *round = obtain(sizeof *round);
  *round = (struct round){0, obtain(20)};
  pthread_setspecific(key, round);
  for (int i = 0; i < BLOCKS; i++)
    blocks[i] = obtain((size_t)i + 1);
  if (together)
    pthread_barrier_wait(&barrier);
  pthread_cleanup_push(clean, obtain(10));
  working++;
  if (strcmp(how, "exits") == 0)
    pthread_exit(NULL);
  if (strcmp(how, "deferred") == 0)
    for (;;)
      pause();
  if (strcmp(how, "asynchronous") == 0) {
    pthread_setcanceltype(PTHREAD_CANCEL_ASYNCHRONOUS, NULL);
    for (;;)
      __asm__ volatile("");
  }
  pthread_cleanup_pop(1);
}

MEMSCOPE_TRACK static void *run(void *blocks) {
  work(blocks);
  return NULL;
}
MEMSCOPE_TRACK static int run_c11(void *blocks) {
  work(blocks);
  return 0;
}

static void start(pthread_t *thread, void **blocks) {
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, 128 * 1024);
  if (strcmp(how, "detached") == 0)
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  int failed = strcmp(how, "c11") == 0 ? thrd_create(thread, run_c11, blocks) != thrd_success
                                       : pthread_create(thread, &attributes, run, blocks);
  if (failed) {
    perror("thread");
    exit(1);
  }
}

static void end(pthread_t thread, int number) {
  if (strcmp(how, "deferred") == 0 || strcmp(how, "asynchronous") == 0) {
    while (working <= number)
      sched_yield();
    pthread_cancel(thread);
  }
  if (strcmp(how, "c11") == 0)
    thrd_join(thread, NULL);
  else if (strcmp(how, "detached") != 0)
    pthread_join(thread, NULL);
  while (ended <= number)
    sched_yield();
}

int main(int argc, char **argv) {
  how = argv[1];
  int count = atoi(argv[2]);
  together = argc > 3;
  pthread_t *threads = calloc((size_t)count, sizeof *threads);
  void **blocks = calloc((size_t)count * BLOCKS, sizeof *blocks);
  pthread_key_create(&key, destroy);
  pthread_barrier_init(&barrier, NULL, together ? (unsigned)count : 1);
  for (int i = 0; i < count; i++) {
    start(&threads[i], blocks + i * BLOCKS);
    if (!together)
      end(threads[i], i);
  }
  for (int i = 0; together && i < count; i++)
    end(threads[i], i);
  for (int i = 0; i < count * BLOCKS; i++)
    release(blocks[i]);
  printf("allocations=%ld releases=%ld threads=%d\n", allocations, releases, count);
}
