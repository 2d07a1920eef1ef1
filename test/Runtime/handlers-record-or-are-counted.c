// A signal handler that allocates may interrupt the recorder at any instruction. Not an event of the code that was interrupted
// is lost or damaged by that; the handler's own are recorded or counted as dropped.
// UNSUPPORTED: sanitized
// RUN: rm -rf %t.dir && mkdir -p %t.dir && cd %t.dir
// RUN: %clang_plain -O2 -fPIC -shared %S/Inputs/bump_malloc.c -o libbump.so
// RUN: %clang_memscope -O2 %s -o program -L. -lbump -Wl,-rpath,%t.dir %link_memscope
// RUN: ./program > counted && %memscope dump Memoryanalysis > dump 2> damage && ! grep . damage
// RUN: %memscope report Memoryanalysis | grep "dropped events" > said && %python %S/Inputs/interrupted_events.py counted dump said
#include <memscope/annotations.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

static void *volatile kept;
static volatile sig_atomic_t handled, tracked; /* tracked: the thread is, and has recorded something */
static unsigned long allocated;
static atomic_bool done;

__attribute__((noinline)) static void deeper(size_t size, int depth) {
  if (depth > 0) {
    deeper(size, depth - 1);
    __asm__ volatile("");
    return;
  }
  void *block = malloc(size);
  kept = block;
  free(block);
}

static void on_signal(int number) {
  if (!tracked)
    return;
  deeper(8, number % 3 + handled % 3);
  handled++;
}

MEMSCOPE_TRACK static void *work(void *argument) {
  deeper(16, 0);
  tracked = 1;
  for (allocated = 1; allocated < 300000 || (handled < 100 && allocated < 1000000); allocated++)
    deeper(16 + allocated % 5 * 8, (int)(allocated / 64 % 4));
  tracked = 0;
  atomic_store(&done, true);
  return argument;
}

int main(void) {
  pthread_t worker;
  signal(SIGUSR1, on_signal);
  pthread_create(&worker, NULL, work, NULL);
  while (!atomic_load(&done))
    pthread_kill(worker, SIGUSR1);
  pthread_join(worker, NULL);
  printf("%lu %lu\n", allocated, (unsigned long)handled);
}
