// A thread created into a marked pthread_t or thrd_t is tracked as a whole, the destructors of its thread-locals included: local,
// global, a field, an element of an array, and through a function that creates it; other threads are not.
// RUN: rm -rf %t.dir && mkdir -p %t.dir && cd %t.dir
// RUN: sh %S/Inputs/try_levels.sh "%clang_memscope" %s "%link_memscope" %memscope "%filecheck %s"
#include <memscope/annotations.h>
#include <pthread.h>
#include <stdlib.h>
#include <threads.h>

struct workers {
  pthread_t plain;
  pthread_t marked MEMSCOPE_TRACK_AS("name=a field");
};

static pthread_t global MEMSCOPE_TRACK;
static pthread_key_t key;
void *volatile sink;

static void destroy(void *size) { free(sink = malloc((size_t)size + 100)); }

static void *run(void *size) {
  pthread_setspecific(key, size);
  free(sink = malloc((size_t)size));
  return NULL;
}

static int run_c11(void *size) { return run(size) != NULL ? 0 : 7; }

// One at a time, so that the trace has one order.
static void join(pthread_t thread) { pthread_join(thread, NULL); }

__attribute__((noinline)) static void create_two(pthread_t *thread) {
  pthread_t other;
  pthread_create(&other, NULL, run, (void *)1001);
  join(other);
  pthread_create(thread, NULL, run, (void *)5);
}

int main(void) {
  pthread_t local MEMSCOPE_TRACK, plain;
  pthread_t array[2] MEMSCOPE_TRACK_AS("name=an array");
  thrd_t c11 MEMSCOPE_TRACK_AS("stack_depth=1");
  struct workers workers;
  int result;
  pthread_key_create(&key, destroy);

  pthread_create(&plain, NULL, run, (void *)1002);
  join(plain);
  // CHECK-NOT: {{ alloc | free }}
  // CHECK: alloc {{.*}} size=1 {{.*}} scope=local
  // CHECK-NEXT: free
  // CHECK-NEXT: alloc {{.*}} size=101 {{.*}} function=destroy {{.*}} scope=local
  // CHECK-NEXT: free
  pthread_create(&local, NULL, run, (void *)1);
  join(local);
  // CHECK-NEXT: alloc {{.*}} size=2 {{.*}} scope=global
  // CHECK-COUNT-2: free addr=
  pthread_create(&global, NULL, run, (void *)2);
  join(global);
  // CHECK-NEXT: alloc {{.*}} size=3 {{.*}} scope=a field
  // CHECK-COUNT-2: free addr=
  pthread_create(&workers.plain, NULL, run, (void *)1003);
  join(workers.plain);
  pthread_create(&workers.marked, NULL, run, (void *)3);
  join(workers.marked);
  // CHECK-NEXT: alloc {{.*}} size=4 {{.*}} scope=c11
  // CHECK-COUNT-2: free addr=
  thrd_create(&c11, run_c11, (void *)4);
  thrd_join(c11, &result);
  if (result != 7)
    abort();
  // CHECK-NEXT: alloc {{.*}} size=5 {{.*}} scope=local
  // CHECK-COUNT-2: free addr=
  create_two(&local);
  join(local);
  for (size_t i = 0; i < 2; i++) {
    // CHECK-NEXT: alloc {{.*}} size=10 {{.*}} scope=an array
    // CHECK-COUNT-2: free addr=
    // CHECK-NEXT: alloc {{.*}} size=11 {{.*}} scope=an array
    // CHECK-COUNT-2: free addr=
    pthread_create(&array[i], NULL, run, (void *)(10 + i));
    join(array[i]);
  }
  // A thread that cannot be made leaves nothing behind.
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, (size_t)1 << 50);
  if (pthread_create(&local, &attributes, run, (void *)1004) == 0)
    abort();
  pthread_create(&plain, NULL, run, (void *)1005);
  join(plain);
  // CHECK-NOT: {{ alloc | free }}
}
