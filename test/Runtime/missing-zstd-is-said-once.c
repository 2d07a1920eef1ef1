// Where libzstd is missing, compress=zstd says so in one line and in the run, and records as if it were not given; a forked child
// does not say it again, and the program's own dlerror has nothing to tell. A program that does not ask for it loads no libzstd.
// UNSUPPORTED: emulated
// RUN: rm -rf %t.dir && mkdir -p %t.dir && cd %t.dir
// RUN: %clang_plain -shared -fPIC %S/Inputs/refuse_zstd.c -o refuse.so && %clang_memscope -O2 %s -o program %link_memscope
// RUN: env LD_PRELOAD=./refuse.so MEMSCOPE_OPTIONS=compress=zstd ./program > out 2> err && test $(wc -l < err) = 1
// RUN: %filecheck %s --check-prefix=ERR < err && %filecheck %s --check-prefix=WITHOUT < out
// ERR: memscope: compress=zstd: libzstd-that-is-not-there.so.1: cannot open shared object file: No such file or directory: what is recorded is not compressed
// WITHOUT: libzstd: no, dlerror: nothing
// RUN: for run in Memoryanalysis Memoryanalysis.[0-9]*; do %memscope dump $run | grep -q 'total allocations=20000' && \
// RUN:   %python %inputs/blocks.py $run | %filecheck %s --check-prefix=RAW || exit 1; done
// RAW: {{[1-9]}} blocks, 0 compressed
// RUN: %memscope export Memoryanalysis > out && %python %inputs/json_value.py Memoryanalysis/memscope_comprehensive.json diagnostics.notes | %filecheck %s --check-prefix=NOTE
// NOTE: compress=zstd: libzstd-that-is-not-there.so.1: cannot open
// RUN: rm -rf Memoryanalysis* && env MEMSCOPE_OPTIONS=compress=none ./program | %filecheck %s --check-prefix=WITHOUT
// RUN: rm -rf Memoryanalysis* && env MEMSCOPE_OPTIONS=compress=zstd ./program | %filecheck %s --check-prefix=WITH
// WITH: libzstd: yes, dlerror: nothing
// RUN: for run in Memoryanalysis Memoryanalysis.[0-9]*; do %memscope dump $run | grep -q 'total allocations=20000' && \
// RUN:   %python %inputs/blocks.py $run | %filecheck %s --check-prefix=ZSTD || exit 1; done
// ZSTD: {{^}}[[BLOCKS:[1-9]]] blocks, [[BLOCKS]] compressed
#define _GNU_SOURCE
#include <dlfcn.h>
#include <memscope/annotations.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static void *volatile kept;

MEMSCOPE_TRACK static void record(void) {
  for (int i = 0; i < 20000; i++) {
    kept = malloc(40);
    free(kept);
  }
}

int main(void) {
  const char *error = dlerror();
  printf("libzstd: %s, dlerror: %s\n", dlopen("libzstd.so.1", RTLD_NOW | RTLD_NOLOAD) ? "yes" : "no",
         error ? error : "nothing");
  fflush(stdout);
  record();
  pid_t child = fork();
  if (child == 0) {
    record();
    exit(0);
  }
  waitpid(child, NULL, 0);
}
