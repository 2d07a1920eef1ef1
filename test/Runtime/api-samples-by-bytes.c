// A program that asks for a sample by bytes for its thread gets it, whatever rate it gives and whatever the options say, and
// with the next tracker what it asks for then.
// RUN: rm -rf %t.dir && mkdir -p %t.dir && cd %t.dir
// RUN: %clang_memscope -O1 %s -o program %link_memscope
// RUN: env MEMSCOPE_OPTIONS=sampling_rate=0.5 ./program
// RUN: %memscope dump run > dump && %memscope export run > out
// RUN: %python %inputs/check_sampling.py dump run/memscope_comprehensive.json bytes=4096 16:50000 1000:50000 30000:50000
// RUN: %filecheck %s < dump
// CHECK: sampling sample_bytes=4096
// CHECK: alloc {{.*}} size=77 stack={{[0-9]+}} callee=calloc function=main at {{[^ ]+}}{{$}}
#include <memscope/memscope.h>
#include <stdlib.h>

void *volatile kept;

static void track(size_t sample_bytes) {
  memscope_sampling_config config = memscope_sampling_config_default();
  if (config.sample_bytes != 0)
    abort();
  config.allocation_sampling_rate = sample_bytes > 0 ? 0.001 : 1;
  config.sample_bytes = sample_bytes;
  if (memscope_init_thread_tracker("run", &config) != MEMSCOPE_OK)
    abort();
}

int main(void) {
  track(4096);
  for (int i = 0; i < 50000; i++) {
    free(kept = malloc(16));
    free(kept = malloc(1000));
    free(kept = malloc(30000));
  }
  memscope_finalize_thread_tracker();
  track(0);
  free(kept = calloc(7, 11));
  memscope_finalize_thread_tracker();
}
