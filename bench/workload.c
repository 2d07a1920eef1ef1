/* SPDX-License-Identifier: Apache-2.0
 *
 * workload.c: the programs that bench/run.py times. usage: workload KIND PAIRS THREADS MODE
 *
 *   KIND   short   allocation and free from one place, four frames deep
 *          deep    the same from the bottom of a recursion of thirty frames, each reached by one of two calls, so that
 * there are very many distinct stacks sizes   many sizes, a window of live blocks PAIRS  allocation + free pairs in
 * each thread MODE   tracked: the threads begin in an annotated function; untracked: they do not
 *
 * Prints nanoseconds per pair and thread, by the monotonic clock, start and end of the threads not included.
 */
#define _GNU_SOURCE
#include <memscope/annotations.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct job {
  pthread_t thread;
  const char *kind;
  uint64_t pairs;
  double ns_per_pair;
};

static uint64_t now_ns(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static void *volatile kept; /* a block that is seen must exist */

__attribute__((noinline)) static void pair(size_t bytes) {
  void *block = malloc(bytes);
  kept = block;
  free(block);
}

__attribute__((noinline)) static void short_stacks(uint64_t pairs) {
  for (uint64_t i = 0; i < pairs; i++)
    pair(32);
}

__attribute__((noinline)) static void descend(int depth, uint64_t path) {
  if (depth == 0)
    pair(48);
  else if (path & 1)
    descend(depth - 1, path >> 1);
  else
    descend(depth - 1, path >> 1);
  __asm__ volatile(""); /* keeps the recursion a recursion */
}

__attribute__((noinline)) static void deep_stacks(uint64_t pairs) {
  for (uint64_t i = 0; i < pairs; i++)
    descend(30, i % 4096);
}

__attribute__((noinline)) static void many_sizes(uint64_t pairs) {
  static _Thread_local void *window[1024];
  uint64_t random = 88172645463325252u;
  for (uint64_t i = 0; i < pairs; i++) {
    random ^= random << 13, random ^= random >> 7, random ^= random << 17;
    free(window[i & 1023]);
    window[i & 1023] = malloc(16 + (random & 1023));
  }
  for (int i = 0; i < 1024; i++) {
    free(window[i]);
    window[i] = NULL;
  }
}

static void run(struct job *job) {
  void (*work)(uint64_t) = !strcmp(job->kind, "short")  ? short_stacks
                           : !strcmp(job->kind, "deep") ? deep_stacks
                                                        : many_sizes;
  work(job->pairs / 50 + 1); /* the first touch of pages and tables is start-up */
  uint64_t begin = now_ns();
  work(job->pairs);
  job->ns_per_pair = (double)(now_ns() - begin) / (double)job->pairs;
}

MEMSCOPE_TRACK static void *tracked(void *job) {
  run(job);
  return NULL;
}

static void *untracked(void *job) {
  run(job);
  return NULL;
}

int main(int argc, char **argv) {
  if (argc != 5) {
    fputs("usage: workload short|deep|sizes PAIRS THREADS tracked|untracked\n", stderr);
    return 1;
  }
  struct job jobs[64];
  int threads = atoi(argv[3]);
  for (int i = 0; i < threads && i < 64; i++) {
    jobs[i] = (struct job){.kind = argv[1], .pairs = strtoull(argv[2], NULL, 10)};
    if (!strcmp(argv[4], "tracked"))
      pthread_create(&jobs[i].thread, NULL, tracked, &jobs[i]);
    else
      pthread_create(&jobs[i].thread, NULL, untracked, &jobs[i]);
  }
  double sum = 0;
  for (int i = 0; i < threads && i < 64; i++) {
    pthread_join(jobs[i].thread, NULL);
    sum += jobs[i].ns_per_pair;
  }
  printf("%.2f\n", sum / threads);
  return 0;
}
