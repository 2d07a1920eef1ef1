// jemalloc, tcmalloc and mimalloc are watched like the C library's allocator, preloaded behind MemScope or linked, in C and with the operators of C++.
// UNSUPPORTED: emulated
// RUN: %gcc_plain -O1 -fPIC -shared -fno-builtin %inputs/call_counter.c -o %t.counter.so -lgcc_s
// RUN: %python %inputs/counts_of_run.py --preload libjemalloc.so.2 %memscope %lib/libmemscope_preload.so %t.counter.so %t.je -- clang++-14 --version
// RUN: %python %inputs/counts_of_run.py --preload libtcmalloc_minimal.so.4 %memscope %lib/libmemscope_preload.so %t.counter.so %t.tc -- clang++-14 --version
// RUN: %python %inputs/counts_of_run.py --preload libmimalloc.so.2 %memscope %lib/libmemscope_preload.so %t.counter.so %t.mi -- clang++-14 --version
// RUN: for library in libjemalloc.so.2 libtcmalloc_minimal.so.4 libmimalloc.so.2; do \
// RUN:   %gcc_plain -O1 -fno-builtin -pthread %s -o %t.linked -Wl,--no-as-needed -l:$library && \
// RUN:   %python %inputs/counts_of_run.py %memscope %lib/libmemscope_preload.so %t.counter.so %t.linked.d -- %t.linked $library || exit 1; done
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *work(void *unused) {
  char *kept = NULL;
  for (size_t i = 1; i < 3000; i++) {
    kept = realloc(kept, i);
    free(malloc(i * 16));
    free(aligned_alloc(64, 64 * (i % 100 + 1)));
  }
  free(kept);
  return unused;
}

int main(int argc, char **argv) {
  pthread_t threads[4];
  for (int i = 0; i < 4; i++)
    pthread_create(&threads[i], NULL, work, NULL);
  for (int i = 0; i < 4; i++)
    pthread_join(threads[i], NULL);
  FILE *maps = fopen("/proc/self/maps", "r");
  char line[512];
  int found = 0;
  while (argc > 1 && fgets(line, sizeof line, maps))
    found |= strstr(line, argv[1]) != NULL;
  fclose(maps);
  printf("%d\n", found);
  return !found;
}
