// Options choose whole threads without annotations: by name, every n-th, or all.
// RUN: rm -rf %t.dir && mkdir -p %t.dir && cd %t.dir
// RUN: %clang_memscope -O1 %s -o program %link_memscope
// RUN: env "MEMSCOPE_OPTIONS=threads=dec*:output_dir=named" ./program && %memscope dump named | %filecheck %s --check-prefix=NAMED
// RUN: env MEMSCOPE_OPTIONS=track=all:output_dir=all ./program && %memscope dump all | %filecheck %s --check-prefix=ALL
// RUN: env MEMSCOPE_OPTIONS=every=2:output_dir=second ./program && %memscope dump second | %filecheck %s --check-prefix=SECOND
// NAMED-NOT: size=1{{$| }}
// NAMED: alloc {{.*}} size=2
// NAMED: thread-end
// NAMED-NOT: size=3{{$| }}
// NAMED: total allocations=1000
// ALL: total allocations=3000
// SECOND: alloc {{.*}} size=2{{$| }}
// SECOND: total allocations=1000
#define _GNU_SOURCE
#include <pthread.h>
#include <stdlib.h>

void *volatile kept;

static void *run(void *argument) {
  size_t size = (size_t)argument;
  pthread_setname_np(pthread_self(), size == 2 ? "decoder" : "reader");
  for (int i = 0; i < 1000; i++) {
    kept = malloc(size);
    free(kept);
  }
  return NULL;
}

int main(void) {
  for (size_t i = 1; i <= 3; i++) {
    pthread_t thread;
    pthread_create(&thread, NULL, run, (void *)i);
    pthread_join(thread, NULL);
  }
}
