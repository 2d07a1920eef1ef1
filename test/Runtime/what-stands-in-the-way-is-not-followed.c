// Links, pipes, devices and other names of files in the places of a run's files are moved away or refused, never followed, written to
// or waited for; the run's own files are for their user alone, and nothing is written elsewhere.
// RUN: rm -rf %t.dir && mkdir -p %t.dir && cd %t.dir
// RUN: %clang_memscope -O2 %s -o program %link_memscope && %python %inputs/hostile_places.py ./program
#include <memscope/annotations.h>
#include <stdio.h>
#include <stdlib.h>

static void *volatile kept;

MEMSCOPE_TRACK int main(void) {
  for (int i = 0; i < 20000; i++)
    free(kept = malloc(10));
  puts("done");
  return 7;
}
