// Under sampling, by calls or by bytes, the weights of what is recorded sum to what was there, blocks that grow included, and
// so do the totals of the report; frees of recorded blocks are all there, and the counts in .freq stay exact.
// RUN: rm -rf %t.dir && mkdir -p %t.dir && cd %t.dir
// RUN: %clang_memscope -O1 %s -o program %link_memscope
// RUN: for kind in sampling_rate=0.25 sampling_rate=0.01 sample_bytes=4096 sample_bytes=500000; do \
// RUN:   env MEMSCOPE_OPTIONS=$kind ./program && %memscope dump Memoryanalysis > dump && %memscope export Memoryanalysis > out && \
// RUN:   %python %inputs/check_sampling.py dump Memoryanalysis/memscope_comprehensive.json \
// RUN:     ${kind#*_} 16:50000 1000:50000 30000:50000 5000:50000 && \
// RUN:   %memscope dump --json Memoryanalysis > events && %python %inputs/recount.py events Memoryanalysis memscope || exit 1; done
// RUN: env MEMSCOPE_OPTIONS=sampling_rate=0.25 ./program && %memscope dump Memoryanalysis | %filecheck %s
// CHECK: alloc {{.*}} size=16 {{.*}} weight=4
#include <memscope/annotations.h>
#include <stdlib.h>

void *volatile kept;

MEMSCOPE_TRACK int main(void) {
  for (int i = 0; i < 50000; i++) {
    void *small = malloc(16), *middle = malloc(1000), *large = malloc(30000);
    kept = small;
    kept = middle;
    free(middle);
    kept = large;
    free(large);
    small = realloc(small, 5000);
    kept = small;
    free(small);
  }
}
