// The program's filter is asked once in each thread that begins, and the threads it chooses are tracked as a whole; what the filter
// itself allocates is not recorded.
// UNSUPPORTED: tsan
// RUN: rm -rf %t.dir && mkdir -p %t.dir && cd %t.dir
// RUN: %clang_memscope -O2 %s -o program %link_memscope && ./program
// RUN: %memscope dump Memoryanalysis | grep -E " (alloc|free) |^total" | %filecheck %s
// RUN: rm -rf Memoryanalysis && env MEMSCOPE_OPTIONS=track=none ./program && %not test -e Memoryanalysis
#include <memscope/memscope.h>
#include <pthread.h>
#include <stdlib.h>

void *volatile sink;
static _Thread_local long number;
static long wanted = 3, asked;

static bool choose(void *context) {
  sink = malloc(1000);
  free(sink);
  __atomic_add_fetch(&asked, 1, __ATOMIC_RELAXED);
  return number == *(long *)context;
}

static void *run(void *argument) {
  number = (long)argument;
  for (int i = 0; i < 2; i++) {
    sink = malloc((size_t)number);
    free(sink);
  }
  return NULL;
}

int main(void) {
  sink = malloc(99); // this thread is what it is before there is a filter
  free(sink);
  if (memscope_set_thread_filter(choose, &wanted) != MEMSCOPE_OK)
    return 1;
  pthread_t threads[5];
  for (long i = 0; i < 5; i++)
    pthread_create(&threads[i], NULL, run, (void *)(i + 1));
  for (long i = 0; i < 5; i++)
    pthread_join(threads[i], NULL);
  if (memscope_set_thread_filter(NULL, NULL) != MEMSCOPE_OK)
    return 1;
  wanted = 6;
  pthread_create(&threads[0], NULL, run, (void *)6);
  pthread_join(threads[0], NULL);
  return asked == 5 || asked == 0 ? 0 : 2; // 0: track=none
}
// CHECK: alloc {{.*}} size=3
// CHECK-NEXT: free
// CHECK-NEXT: alloc {{.*}} size=3
// CHECK-NEXT: free
// CHECK-NEXT: total allocations=2
