// Libraries are loaded and unloaded in a loop while threads allocate, one at the place where another one stood: all is recorded, and
// every stack has the names of the library that was there.
// UNSUPPORTED: emulated
// RUN: rm -rf %t.dir && mkdir -p %t.dir && cd %t.dir
// RUN: for name in alpha beta; do %clang_memscope -O1 -fPIC -shared -DLIBRARY=$name %s -o lib$name.so %link_memscope || exit 1; done
// RUN: %clang_memscope -O1 %s -o program %link_memscope -ldl -pthread
// RUN: %python %S/Inputs/run_against_count.py %memscope ./program 100 | tee counted && grep -q "reused.: [1-9]" counted
// RUN: %memscope dump --json Memoryanalysis > dump && %python %S/Inputs/functions_in_stacks.py dump 11=alpha 12=beta 30=work
// The same with libraries that prefer what is their own.
// RUN: %python %S/Inputs/run_against_count.py %memscope ./program 100 deep
// RUN: %memscope dump --json Memoryanalysis > dump && %python %S/Inputs/functions_in_stacks.py dump 11=alpha 12=beta 30=work
#define _GNU_SOURCE
#include <memscope/annotations.h>
#include <stdlib.h>

#ifdef LIBRARY
#define NAME_OF(name) #name
#define NAME(name) NAME_OF(name)

static void *volatile kept;

/* The two libraries are as large as each other, and what stands at a place is another function. */
__attribute__((noinline)) static void LIBRARY(int depth) {
  if (depth > 0)
    LIBRARY(depth - 1);
  else
    free(kept = malloc(sizeof NAME(LIBRARY) == sizeof "alpha" ? 11 : 12));
  __asm__ volatile("");
}

MEMSCOPE_TRACK __attribute__((visibility("default"))) void call(int depth) { LIBRARY(depth); }
#else
#include <dlfcn.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>

static void *volatile kept;
static atomic_long allocations;
static atomic_bool stop;

MEMSCOPE_TRACK static void *work(void *argument) {
  while (!stop) {
    for (int i = 0; i < 10; i++) {
      free(kept = malloc(30));
      allocations++;
    }
    usleep(100);
  }
  return argument;
}

int main(int argc, char **argv) {
  int rounds = atoi(argv[1]), flags = argc > 2 ? RTLD_NOW | RTLD_DEEPBIND : RTLD_LAZY, reused = 0;
  pthread_t threads[2];
  void *places[2] = {NULL, NULL};
  for (int i = 0; i < 2; i++)
    pthread_create(&threads[i], NULL, work, NULL);
  for (int i = 0; i < rounds; i++) {
    void *library = dlopen(i % 2 ? "./libbeta.so" : "./libalpha.so", flags);
    if (!library)
      return 1;
    void (*call)(int) = (void (*)(int))dlsym(library, "call");
    places[i % 2] = (void *)call;
    reused += places[0] == places[1];
    for (int n = 0; n < 5; n++)
      call(n);
    allocations += 5;
    dlclose(library);
  }
  stop = 1;
  for (int i = 0; i < 2; i++)
    pthread_join(threads[i], NULL);
  printf("allocations=%ld releases=%ld reused=%d\n", allocations, allocations, reused);
}
#endif
