// SPDX-License-Identifier: Apache-2.0
// Uses the runtime through its public header, without the plugin.
#include <memscope/memscope.h>
#include <stdlib.h>

int main(int argc, char **argv) {
  void *block = malloc(100);
  int failed = argc < 2 || memscope_init_thread_tracker(argv[1], NULL) ||
               memscope_track_allocation(block, 100, NULL, 0) || memscope_track_deallocation(block, NULL, 0) ||
               memscope_finalize_thread_tracker();
  free(block);
  return failed;
}
