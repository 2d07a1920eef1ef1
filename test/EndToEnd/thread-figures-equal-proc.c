// CPU time and I/O of a tracked thread are those that another program reads from /proc while the thread waits at its end.
// RUN: rm -rf %t.dir && mkdir -p %t.dir && cd %t.dir
// RUN: %clang_memscope -O2 %s -o program %link_memscope
// RUN: %python %inputs/figures_against_proc.py ./program %memscope
#define _GNU_SOURCE
#include <fcntl.h>
#include <memscope/annotations.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static volatile uint64_t work;
static void *volatile kept;

static void burn(void) {
  struct timespec cpu;
  do {
    for (int i = 0; i < 100000; i++)
      work += (uint64_t)i * work + 1;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &cpu);
  } while (cpu.tv_sec == 0 && cpu.tv_nsec < 300000000);
}

MEMSCOPE_TRACK static void *run(void *argument) {
  char block[200] = "", answer;
  int file = open("data", O_RDWR | O_CREAT | O_TRUNC, 0600);
  for (int i = 0; i < 700; i++)
    if (write(file, block, sizeof block) != (ssize_t)sizeof block)
      exit(1);
  for (int i = 0; i < 300; i++)
    if (pread(file, block, 100, 0) != 100)
      exit(1);
  burn();
  kept = malloc(1);
  free(kept);
  dprintf(STDOUT_FILENO, "%d\n", gettid());
  if (read(STDIN_FILENO, &answer, 1) != 1) /* the other program looks now */
    exit(1);
  return argument;
}

int main(void) {
  pthread_t thread;
  pthread_create(&thread, NULL, run, NULL);
  pthread_join(thread, NULL);
}
