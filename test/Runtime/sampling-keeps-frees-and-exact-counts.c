// Under sampling, recorded blocks carry their weight and their frees are all recorded; the counts in .freq stay exact.
// RUN: rm -rf %t.dir && mkdir -p %t.dir && cd %t.dir
// RUN: %clang_memscope -O1 %s -o program %link_memscope
// RUN: env MEMSCOPE_OPTIONS=sampling_rate=0.25 ./program
// RUN: %memscope dump Memoryanalysis > dump && %filecheck %s < dump
// RUN: %memscope export Memoryanalysis > out && %python %inputs/check_sampling.py Memoryanalysis/memscope_comprehensive.json 20000 0.25
// CHECK: alloc {{.*}} size=10 {{.*}} weight=4
// CHECK: total allocations={{[0-9]+}} deallocations={{[0-9]+}}
#include <memscope/annotations.h>
#include <stdlib.h>

void *volatile kept;

MEMSCOPE_TRACK int main(void) {
  for (int i = 0; i < 20000; i++) {
    kept = malloc(10);
    free(kept);
  }
}
