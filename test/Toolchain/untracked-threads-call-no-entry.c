// A thread that is not tracked allocates and releases without the runtime, beside tracked ones as well: it asks once, at its first
// allocation. So it is in programs and libraries of every model of code, optimised when they are linked or not.
// UNSUPPORTED: emulated
// RUN: rm -rf %t.dir && mkdir -p %t.dir && cd %t.dir
// RUN: %clang_plain -O2 -fPIC -shared %S/Inputs/count_entries.c -o libcount.so
// RUN: for flags in -O1 -O2 "-O2 -fno-pie -no-pie" "-O2 -fno-plt" "-O2 -mcmodel=large" "-O3 -fvisibility=hidden" "-O2 -flto -fuse-ld=lld" \
// RUN:   "-O2 -flto=thin -fuse-ld=lld" "-O2 -fsanitize=undefined"; do echo "== $flags"; \
// RUN:   %clang_memscope $flags %s -o program %link_memscope && LD_PRELOAD=./libcount.so ./program && \
// RUN:   %memscope dump Memoryanalysis | %filecheck --check-prefix=EVENTS %s; done > said
// RUN: %filecheck %s < said
// RUN: %clang_memscope -O2 -DLIBRARY -fPIC -shared %s -o library.so %link_memscope
// RUN: %clang_memscope -O2 -DLOADER %s -o loader %link_memscope -ldl && LD_PRELOAD=./libcount.so ./loader > said
// RUN: %filecheck --check-prefix=LIBRARY %s < said
#include <dlfcn.h>
#include <memscope/annotations.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

extern int count_of_entries(void) __attribute__((weak));
static void *volatile kept;

#ifndef LOADER
__attribute__((noinline)) void many(int count) {
  for (int i = 0; i < count; i++) {
    kept = malloc(40);
    free(kept);
    free(kept = calloc(3, 7));
    free(kept = aligned_alloc(64, 128));
  }
}
#endif
#ifndef LIBRARY

static void *untracked(void *work) {
  int before = count_of_entries();
  ((void (*)(int))work)(1000);
  printf("%d entries\n", count_of_entries() - before);
  return NULL;
}

static pthread_barrier_t begun, ended;

MEMSCOPE_TRACK static void *tracked(void *work) {
  ((void (*)(int))work)(5);
  pthread_barrier_wait(&begun);
  pthread_barrier_wait(&ended);
  return NULL;
}

int main(void) {
#ifdef LOADER
  void *library = dlopen("./library.so", RTLD_NOW);
  void *many = dlsym(library, "many");
#endif
  pthread_t thread, other;
  pthread_barrier_init(&begun, NULL, 2);
  pthread_barrier_init(&ended, NULL, 2);
  pthread_create(&thread, NULL, untracked, (void *)many);
  pthread_join(thread, NULL);
  pthread_create(&other, NULL, tracked, (void *)many);
  pthread_barrier_wait(&begun);
  pthread_create(&thread, NULL, untracked, (void *)many);
  pthread_join(thread, NULL);
  pthread_barrier_wait(&ended);
  pthread_join(other, NULL);
  return 0;
}
#endif

// CHECK-COUNT-9: {{^}}1 entries{{[[:space:]]}}1 entries
// LIBRARY: {{^}}1 entries{{[[:space:]]}}1 entries
// EVENTS: total allocations=15 deallocations=15
