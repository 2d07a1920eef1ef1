// Under RLIMIT_FSIZE the recording stops where the limit is: no SIGXFSZ for a program that has written nothing itself,
// its exit code is its own, and what was recorded before is readable.
// REQUIRES: zstd
// RUN: rm -rf %t.dir && mkdir -p %t.dir && cd %t.dir
// RUN: %clang_memscope -O2 %s -o program %link_memscope
// RUN: bash -c 'ulimit -f 8; ./program'; test $? = 7
// RUN: bash -c 'ulimit -f 100; ./program'; test $? = 7
// RUN: %memscope dump Memoryanalysis | %filecheck %s
// RUN: %memscope export Memoryanalysis > out && %python %inputs/json_value.py Memoryanalysis/memscope_comprehensive.json diagnostics.dropped | %filecheck %s --check-prefix=DROPPED
// CHECK: alloc {{.*}} size=40
// CHECK: total allocations={{[1-9][0-9][0-9][0-9]}}
// Compressed blocks take what is on file, and so do limits of the run's own: more events come into the same bytes.
// RUN: bash -c 'ulimit -f 100; env MEMSCOPE_OPTIONS=compress=zstd ./program 3'; test $? = 7
// RUN: %memscope dump Memoryanalysis | tail -1 | %filecheck %s --check-prefix=MORE && test $(wc -c < Memoryanalysis/memscope_thread_*.bin) -le 102400
// RUN: env MEMSCOPE_OPTIONS=compress=zstd:max_size=100K ./program 3; test $? = 7
// RUN: %memscope dump Memoryanalysis | tail -1 | %filecheck %s --check-prefix=MORE && test $(wc -c < Memoryanalysis/memscope_thread_*.bin) -le 110000
// MORE: total allocations={{[1-9][0-9][0-9][0-9][0-9]}}
// DROPPED: "events": {{[1-9][0-9]+}}
#include <memscope/annotations.h>
#include <stdlib.h>

static void *volatile kept;

MEMSCOPE_TRACK int main(int argc, char **argv) {
  for (int i = 0; i < (argc > 1 ? atoi(argv[1]) : 1) * 100000; i++) {
    kept = malloc(40);
    free(kept);
  }
  return 7;
}
