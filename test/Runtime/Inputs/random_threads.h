/* SPDX-License-Identifier: Apache-2.0
 *
 * random_threads.h: threads that allocate at random, seeded, and keep account of it: count_threads(threads, steps)
 * writes "TID EVENTS HASH" of each to stdout, for Inputs/events_against_sums.py.
 */
#include <memscope/annotations.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#define BLOCKS 600

struct account {
  uint64_t random, events, hash;
  int steps;
};

static void note(struct account *account, uint64_t number) {
  account->hash = (account->hash ^ number) * 0x100000001b3u;
}

static void note_allocation(struct account *account, void *block, uint64_t size) {
  account->events++;
  note(account, (uint64_t)(uintptr_t)block * 2 + 1);
  note(account, size);
}

static void note_free(struct account *account, uintptr_t block) {
  account->events++;
  note(account, (uint64_t)block * 2);
}

static uint64_t draw(struct account *account, uint64_t limit) {
  uint64_t r = account->random;
  r ^= r << 13, r ^= r >> 7, r ^= r << 17;
  return (account->random = r) % limit;
}

MEMSCOPE_TRACK static void *allocate_at_random(void *argument) {
  struct account *account = argument;
  static _Thread_local void *blocks[BLOCKS];
  for (int i = 0; i < account->steps; i++) {
    void **block = &blocks[draw(account, BLOCKS)];
    size_t size = draw(account, 100) == 0 ? draw(account, 300000) + 1 : draw(account, 500) + 1;
    if (!*block) {
      if (draw(account, 20) == 0)
        *block = aligned_alloc(64, size = (size + 63) & ~(size_t)63);
      else
        *block = malloc(size);
      note_allocation(account, *block, size);
    } else if (draw(account, 8) == 0) {
      uintptr_t before = (uintptr_t)*block;
      *block = realloc(*block, size);
      note_free(account, before);
      note_allocation(account, *block, size);
    } else {
      note_free(account, (uintptr_t)*block);
      free(*block);
      *block = NULL;
    }
  }
  char line[100];
  int bytes = snprintf(line, sizeof line, "%d %llu %llx\n", (int)syscall(SYS_gettid),
                       (unsigned long long)account->events, (unsigned long long)account->hash);
  return write(STDOUT_FILENO, line, (size_t)bytes) == bytes ? account : NULL;
}

static int count_threads(int threads, int steps) {
  static struct account accounts[64];
  pthread_t handles[64];
  for (int i = 0; i < threads; i++) {
    accounts[i] = (struct account){88172645463325252u + (uint64_t)i, 0, 0xcbf29ce484222325u, steps};
    if (pthread_create(&handles[i], NULL, allocate_at_random, &accounts[i]) != 0)
      return 1;
  }
  int failed = 0;
  for (int i = 0; i < threads; i++) {
    void *result = NULL;
    pthread_join(handles[i], &result);
    failed |= result == NULL;
  }
  return failed;
}
