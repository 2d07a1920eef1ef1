// An instrumented library that is loaded into a namespace of its own brings a second copy of the runtime into the
// process: it records beside the first one, and not in its place.
// UNSUPPORTED: emulated, sanitized
// RUN: rm -rf %t.dir && mkdir -p %t.dir && cd %t.dir
// RUN: %clang_memscope -O1 -fPIC -shared -DLIBRARY %s -o library.so %link_memscope
// RUN: %clang_memscope -O1 %s -o program %link_memscope -ldl && ./program 2> said && %filecheck %s --check-prefix=SAID < said
// SAID: Memoryanalysis is in use by another copy of MemScope in this process: recording into {{.*}}Memoryanalysis.[[#]]
// SAID-NOT: memscope
// RUN: %memscope dump Memoryanalysis | %filecheck %s --check-prefix=FIRST
// RUN: %memscope dump Memoryanalysis.* | %filecheck %s --check-prefix=SECOND
// FIRST-NOT: size=55
// FIRST: total allocations=20000 deallocations=20000
// SECOND: size=55 {{.*}} function=own
// SECOND: total allocations=1 deallocations=1
// What the process was before it executed another program is no other copy, and its run stays where it is.
// RUN: rm -r Memoryanalysis* && ./program again 2> said && test ! -s said && ls | %filecheck %s --check-prefix=AGAIN
// AGAIN: Memoryanalysis
// AGAIN-NEXT: Memoryanalysis.[[#]]
// AGAIN-NEXT: library.so
#define _GNU_SOURCE
#include <memscope/annotations.h>
#include <stdlib.h>

static void *volatile kept;

#ifdef LIBRARY
MEMSCOPE_TRACK __attribute__((visibility("default"))) void own(void) {
  kept = malloc(55);
  free(kept);
}
#else
#include <dlfcn.h>
#include <unistd.h>

static int call_in_namespace(void) {
  void *library = dlmopen(LM_ID_NEWLM, "./library.so", RTLD_NOW);
  if (!library)
    return 1;
  ((void (*)(void))dlsym(library, "own"))();
  return 0;
}

MEMSCOPE_TRACK static void work(void) {
  for (int i = 0; i < 10000; i++) {
    kept = malloc(77);
    free(kept);
  }
}

int main(int argc, char **argv) {
  work();
  if (argc == 2)
    return execl(argv[0], argv[0], "the", "last", NULL);
  if (argc == 3)
    return 0;
  int failed = call_in_namespace();
  work();
  return failed;
}
#endif
