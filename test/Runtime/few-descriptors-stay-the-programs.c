// A program with one descriptor left can use that one at every moment, however many threads begin, fill their windows and end
// meanwhile, and each of them is recorded whole.
// UNSUPPORTED: emulated
// REQUIRES: zstd
// RUN: rm -rf %t.dir && mkdir -p %t.dir && cd %t.dir
// RUN: %clang_memscope -O2 %s -o program %link_memscope
// RUN: for kind in none zstd; do env MEMSCOPE_OPTIONS=resources=1000:compress=$kind ./program 2>&1 && %memscope dump Memoryanalysis 2>&1 | tail -1 && \
// RUN:   ls Memoryanalysis | grep -c 'thread.*bin'; done | %filecheck %s
// CHECK-COUNT-2: {{^}}0 of {{[0-9]+}} refused{{[[:space:]]}}total allocations=192200 deallocations=192200 {{.*[[:space:]]}}33
#include <fcntl.h>
#include <memscope/annotations.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#define ROUNDS 8
#define THREADS 4

static _Thread_local void *volatile kept;
static volatile int running = 1;

MEMSCOPE_TRACK static void *record(void *argument) {
  for (int i = 0; i < 6000; i++) {
    kept = malloc(10);
    free(kept);
  }
  return argument;
}

static void *begin_threads(void *argument) {
  for (int round = 0; round < ROUNDS; round++) {
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++)
      pthread_create(&threads[i], NULL, record, NULL);
    for (int i = 0; i < THREADS; i++)
      pthread_join(threads[i], NULL);
  }
  running = 0;
  return argument;
}

MEMSCOPE_TRACK static void use_all(void) {
  pthread_t thread;
  int refused = 0, tries = 0, last = 0, next;
  for (int i = 0; i < 200; i++) {
    kept = malloc(10);
    free(kept);
  }
  while ((next = open("/dev/null", O_RDONLY)) >= 0)
    last = next;
  close(last);
  pthread_create(&thread, NULL, begin_threads, NULL);
  for (; running; tries++) {
    int fd = open("/dev/null", O_RDONLY);
    refused += fd < 0;
    if (fd >= 0)
      close(fd);
    usleep(1);
  }
  pthread_join(thread, NULL);
  printf("%d of %d refused\n", refused, tries);
}

int main(void) {
  const struct rlimit limit = {24, 24};
  setrlimit(RLIMIT_NOFILE, &limit);
  use_all();
}
