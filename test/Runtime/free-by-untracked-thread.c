// A tracked block that an untracked thread frees is no leak: the free is recorded with the thread that made it, in a file
// of its own kind; blocks of untracked threads leave no trace.
// RUN: rm -rf %t.dir && mkdir -p %t.dir && cd %t.dir
// RUN: %clang_memscope -O2 %s -o program %link_memscope && ./program > tids
// RUN: ls Memoryanalysis >> tids && %memscope dump Memoryanalysis >> tids && %filecheck %s < tids
// RUN: %memscope export Memoryanalysis > out && %python %inputs/json_value.py Memoryanalysis/memscope_comprehensive.json summary.live_blocks_at_exit summary.foreign_deallocations summary.tracked_threads | %filecheck %s --check-prefix=JSON
// JSON: summary.live_blocks_at_exit 0
// JSON: summary.foreign_deallocations 1
// JSON: summary.tracked_threads 1
#define _GNU_SOURCE
#include <memscope/annotations.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static void *volatile block;

MEMSCOPE_TRACK static void *producer(void *argument) {
  printf("producer %d\n", gettid());
  // CHECK: producer [[#PRODUCER:]]
  block = malloc(64);
  return argument;
}

static void *consumer(void *argument) {
  printf("consumer %d\n", gettid());
  // CHECK: consumer [[#CONSUMER:]]
  free(block);
  free(malloc(5));
  return argument;
}

int main(void) {
  pthread_t thread;
  pthread_create(&thread, NULL, producer, NULL);
  pthread_join(thread, NULL);
  pthread_create(&thread, NULL, consumer, NULL);
  pthread_join(thread, NULL);
  // CHECK: memscope_thread_[[#PRODUCER]].bin
  // CHECK: memscope_thread_[[#PRODUCER]].freq
  // CHECK-NOT: memscope_thread_[[#CONSUMER]]
  // CHECK: memscope_untracked_[[#CONSUMER]].bin
  // CHECK: tid=[[#PRODUCER]] alloc addr=[[BLOCK:0x[0-9a-f]+]] size=64
  // CHECK: tid=[[#CONSUMER]] free addr=[[BLOCK]] {{.*}} function=consumer
  // CHECK: total allocations=1 deallocations=1
}
