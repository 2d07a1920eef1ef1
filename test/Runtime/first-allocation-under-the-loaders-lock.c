// The run may start while the program holds the dynamic loader's lock: in a callback of dl_iterate_phdr.
// RUN: rm -rf %t.dir && mkdir -p %t.dir && cd %t.dir
// RUN: %clang_memscope -O2 %s -o program %link_memscope && timeout 60 ./program
// RUN: %memscope dump Memoryanalysis | %filecheck %s
// CHECK: alloc {{.*}} size=40 {{.*}} function=visit
#define _GNU_SOURCE
#include <link.h>
#include <memscope/annotations.h>
#include <stdlib.h>

static void *volatile kept;

static int visit(struct dl_phdr_info *info, size_t size, void *context) {
  (void)info, (void)size, (void)context;
  kept = malloc(40);
  free(kept);
  return 0;
}

MEMSCOPE_TRACK int main(void) { return dl_iterate_phdr(visit, NULL); }
