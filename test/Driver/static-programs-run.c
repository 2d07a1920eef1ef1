// Programs linked statically with the wrapper, position-independent or not, run and are recorded.
// RUN: rm -rf %t.dir && mkdir -p %t.dir && cd %t.dir
// RUN: for kind in -static -static-pie; do %memscope-clang $kind -g -O2 %s -o program -pthread && ./program && \
// RUN:   %memscope dump Memoryanalysis | %filecheck %s || exit 1; done
// Linked with zstd, they can compress, and say so in one line where they are not.
// RUN: %memscope-clang -static -O2 %s -o program -pthread && env MEMSCOPE_OPTIONS=compress=zstd ./program 20000 2>&1 | %filecheck %s --check-prefix=WITHOUT
// RUN: %python %inputs/blocks.py Memoryanalysis | %filecheck %s --check-prefix=RAW
// RUN: for kind in -static -static-pie; do %memscope-clang $kind -O2 %s -o program -pthread -lzstd && env MEMSCOPE_OPTIONS=compress=zstd ./program 20000 && \
// RUN:   %memscope dump Memoryanalysis | tail -1 | %filecheck %s --check-prefix=ALL && %python %inputs/blocks.py Memoryanalysis | %filecheck %s --check-prefix=ZSTD || exit 1; done
// WITHOUT: {{^}}memscope: compress=zstd: libzstd.so.1 cannot be loaded: the program is linked statically: what is recorded is not compressed{{$}}
// WITHOUT-NOT: {{.}}
// RAW:  {{^[1-9]}} blocks, 0 compressed
// ZSTD: {{^}}[[BLOCKS:[1-9]]] blocks, [[BLOCKS]] compressed
// ALL:  total allocations=20000 deallocations=20000
#include <memscope/annotations.h>
#include <pthread.h>
#include <stdlib.h>

void *volatile sink;
// CHECK: alloc {{.*}} size=77 {{.*}} function=run
MEMSCOPE_TRACK static void *run(void *argument) {
  for (long i = 0; i < (long)argument; i++) {
    sink = malloc(77);
    free(sink);
  }
  return argument;
}

int main(int argc, char **argv) {
  pthread_t thread;
  pthread_create(&thread, NULL, run, (void *)(argc > 1 ? atol(argv[1]) : 1));
  pthread_join(thread, NULL);
}
