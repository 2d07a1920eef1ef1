// Built with AddressSanitizer and UndefinedBehaviorSanitizer, or with ThreadSanitizer, a C program runs without a report and is recorded:
// threads that start and end together, blocks that other threads release, scopes left by longjmp, function pointers, callbacks.
// UNSUPPORTED: emulated
// RUN: rm -rf %t.dir && mkdir -p %t.dir && cd %t.dir
// RUN: sh %S/Inputs/try_sanitizers.sh "%clang_memscope" %s "%link_memscope" %memscope "%filecheck %s"
#define _GNU_SOURCE
#include <memscope/annotations.h>
#include <pthread.h>
#include <search.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WORKERS = 4, ROUNDS = 2, BLOCKS = 25 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static void *queue[WORKERS * ROUNDS * BLOCKS];
static int queued, taken;

static void *(*volatile get)(size_t) = malloc;
static void (*volatile put)(void *) = free;

__attribute__((noinline)) static void use(void *block) {
  void *volatile kept = block;
  free(kept);
}

// CHECK: #0 {{.*}} innermost at
// CHECK-NEXT: #1 {{.*}} recurse at
// CHECK-NEXT: #2 {{.*}} recurse at
// CHECK-NEXT: #3 {{.*}} recurse at
// CHECK-NEXT: #4 {{.*}} worker at
// CHECK: {{start_thread|in libc.so}}
// CHECK-NEXT: {{clone|in libc.so}}
__attribute__((noinline)) static void innermost(void) { use(malloc(1)); }
__attribute__((noinline)) static void recurse(int depth) {
  volatile char local[20];
  local[depth] = 1;
  if (depth > 0)
    recurse(depth - 1);
  else
    innermost();
  local[depth] = 0;
}

static int compare(const void *a, const void *b) {
  use(malloc(2));
  return *(const int *)a - *(const int *)b;
}

MEMSCOPE_TRACK static void jump(jmp_buf *back) {
  use(malloc(3));
  longjmp(*back, 1);
}

__attribute__((noinline)) static void come_back(void) {
  jmp_buf back;
  if (setjmp(back) == 0)
    jump(&back);
}

MEMSCOPE_TRACK static void *worker(void *argument) {
  char name[16];
  snprintf(name, sizeof name, "worker %ld", (long)argument);
  pthread_setname_np(pthread_self(), name);
  recurse(2);
  int number = 2;
  lfind(&number, &number, &(size_t){1}, sizeof number, compare);
  come_back();
  put(get(4));
  for (int i = 0; i < BLOCKS; i++) {
    char *block = realloc(calloc(1, 5), 6);
    strcpy(block, "block");
    pthread_mutex_lock(&lock);
    queue[queued++] = block;
    pthread_mutex_unlock(&lock);
  }
  return NULL;
}

static void *consumer(void *argument) {
  for (int end = 0; !end;) {
    pthread_mutex_lock(&lock);
    void *block = taken < queued ? queue[taken++] : NULL;
    end = taken == WORKERS * ROUNDS * BLOCKS;
    pthread_mutex_unlock(&lock);
    free(block);
  }
  come_back();
  use(malloc(7));
  return argument;
}

int main(void) {
  pthread_t consumers[2], workers[WORKERS];
  for (int i = 0; i < 2; i++)
    pthread_create(&consumers[i], NULL, consumer, NULL);
  for (int round = 0; round < ROUNDS; round++) {
    for (long i = 0; i < WORKERS; i++)
      pthread_create(&workers[i], NULL, worker, (void *)i);
    for (int i = 0; i < WORKERS; i++)
      pthread_join(workers[i], NULL);
  }
  for (int i = 0; i < 2; i++)
    pthread_join(consumers[i], NULL);
  return queued != taken;
}
// For each worker 4 and two for a block; what a consumer allocates is tracked in jump only.
// CHECK-NOT: size=7{{$| }}
// CHECK: total allocations=434 deallocations=434
