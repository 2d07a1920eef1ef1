// A thread that goes through the loader's list, and so holds the loader's lock, makes its first tracked allocation while
// another thread starts the run, which lists the modules. Neither waits for the other for ever. Nor does the end of the
// process wait for the collector, which cannot go through the list either.
// RUN: rm -rf %t.dir && mkdir -p %t.dir && cd %t.dir
// RUN: %clang_memscope -O1 %s -o program %link_memscope && timeout 20 ./program
// RUN: %memscope dump Memoryanalysis | %filecheck %s
// CHECK-DAG: size=40 {{.*}} function=visit
// CHECK-DAG: size=50 {{.*}} function=starter
// RUN: timeout 20 ./program exit && %memscope dump Memoryanalysis | %filecheck %s --check-prefix=EXIT
// EXIT: size=40 {{.*}} function=visit
#define _GNU_SOURCE
#include <link.h>
#include <memscope/annotations.h>
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

static void *volatile kept[2];
static pthread_barrier_t listing;

static int visit(struct dl_phdr_info *info, size_t size, void *ends) {
  (void)info, (void)size;
  pthread_barrier_wait(&listing);
  usleep(200 * 1000); /* the other thread is as far as it comes */
  kept[0] = malloc(40);
  if (ends) {
    usleep(1500 * 1000); /* the collector looks for new modules once a second */
    exit(0);
  }
  return 1;
}

MEMSCOPE_TRACK static void *starter(void *argument) {
  pthread_barrier_wait(&listing);
  kept[1] = malloc(50);
  return argument;
}

MEMSCOPE_TRACK int main(int argc, char **argv) {
  pthread_t thread;
  pthread_barrier_init(&listing, NULL, 2);
  pthread_create(&thread, NULL, starter, NULL);
  dl_iterate_phdr(visit, argc > 1 ? argv : NULL);
  return pthread_join(thread, NULL);
}
