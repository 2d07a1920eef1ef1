// ThreadSanitizer watches the runtime itself while threads do at once what they share: first uses of sites and scopes, new
// shadow regions, frees of each other's blocks, mappings, a filter that is set again and again, starts and ends. It finds
// nothing, and every event is there.
// UNSUPPORTED: emulated, sanitized
// RUN: rm -rf %t.dir && mkdir -p %t.dir && cd %t.dir
// RUN: %clang_memscope -fsanitize=thread -O1 -g %s -c -o program.o
// RUN: %clang_plain -fsanitize=thread -O1 -g -fno-omit-frame-pointer -std=gnu17 -w -I%source/runtime/include -I%source/runtime/src \
// RUN:   -include %S/Inputs/watched_runtime.h -DMEMSCOPE_VERSION_TEXT='"test"' %source/runtime/src/*.c %source/runtime/src/resources/*.c \
// RUN:   program.o -o program -pthread -lm
// RUN: env TSAN_OPTIONS=halt_on_error=0:exitcode=66:log_path=report ./program > counted || { cat report.*; exit 1; }
// RUN: %memscope dump Memoryanalysis | tail -1 > dumped && cat counted dumped | %filecheck %s
// CHECK: allocations=[[COUNT:[0-9]+]]
// CHECK: total allocations=[[COUNT]] deallocations=[[COUNT]]
#define _GNU_SOURCE
#include <memscope/annotations.h>
#include <memscope/memscope.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

#define THREADS 8
#define ROUNDS 400
#define PLACES 64

static _Atomic(void *) places[PLACES]; /* a block left here is freed by whoever comes next */
static atomic_ulong allocations;
static pthread_barrier_t together;

static void hand_over(void *block, unsigned place) {
  atomic_fetch_add_explicit(&allocations, 1, memory_order_relaxed);
  free(atomic_exchange(&places[place % PLACES], block));
}

/* A site and a scope each, used for the first time by all threads at the same moment. */
#define TEN(F, n) F(n##0) F(n##1) F(n##2) F(n##3) F(n##4) F(n##5) F(n##6) F(n##7) F(n##8) F(n##9)
#define DEFINE(n)                                                                                                      \
  MEMSCOPE_TRACK __attribute__((noinline)) static void first_use_##n(void) { hand_over(malloc(n), n); }
#define NAME(n) first_use_##n,
TEN(DEFINE, 1)
TEN(DEFINE, 2)
TEN(DEFINE, 3)
static void (*const first_uses[])(void) = {TEN(NAME, 1) TEN(NAME, 2) TEN(NAME, 3)};

static bool no(void *context) { return context == &together; /* never: it is given NULL */ }

MEMSCOPE_TRACK static void *worker(void *argument) {
  unsigned number = (unsigned)(uintptr_t)argument;
  for (unsigned i = 0; i < sizeof first_uses / sizeof first_uses[0]; i++) {
    pthread_barrier_wait(&together);
    first_uses[i]();
  }
  for (unsigned i = 0; i < ROUNDS; i++) {
    hand_over(malloc(24 + i), number * 7 + i);
    if (i % 16 == 0) { /* beyond malloc's arenas: regions that nobody has tracked in */
      pthread_barrier_wait(&together);
      hand_over(malloc(48u << 20), number);
    }
    if (i % 32 == 0) {
      void *mapping = mmap(NULL, 3 << 12, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
      atomic_fetch_add_explicit(&allocations, 1, memory_order_relaxed);
      munmap(mapping, 3 << 12);
    }
    if (number == 0)
      memscope_set_thread_filter(i % 2 ? no : NULL, NULL);
  }
  return NULL;
}

MEMSCOPE_TRACK static void *short_lived(void *argument) {
  hand_over(malloc(16), (unsigned)(uintptr_t)argument);
  return NULL;
}

int main(void) {
  pthread_t threads[THREADS], other;
  pthread_barrier_init(&together, NULL, THREADS);
  for (uintptr_t i = 0; i < THREADS; i++)
    pthread_create(&threads[i], NULL, worker, (void *)i);
  for (uintptr_t i = 0; i < 200; i++) {
    pthread_create(&other, NULL, short_lived, (void *)i);
    pthread_join(other, NULL);
  }
  for (unsigned i = 0; i < THREADS; i++)
    pthread_join(threads[i], NULL);
  for (unsigned i = 0; i < PLACES; i++)
    free(places[i]);
  printf("allocations=%lu\n", allocations);
}
