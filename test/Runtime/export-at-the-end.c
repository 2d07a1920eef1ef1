// With export=1 the report stands beside the trace when the program has ended, by the tool that belongs to the library; the
// program's standard output is its own, and its exit code too.
// UNSUPPORTED: emulated
// RUN: rm -rf %t.dir && mkdir -p %t.dir && cd %t.dir
// RUN: %clang_memscope -O1 %s -o program %link_memscope
// RUN: env MEMSCOPE_OPTIONS=export=1:prefix=mine MEMSCOPE_DEBUG=1 ./program > out 2> err; test $? = 7
// RUN: test "$(cat out)" = hello && test -s Memoryanalysis/mine_comprehensive.json && test -s Memoryanalysis/mine_dashboard.html
// RUN: %filecheck %s < err
// CHECK: recording into {{.*}}Memoryanalysis
// CHECK: thread {{.*}} "program": tracked: inside main
// CHECK: mine_dashboard.html
#include <memscope/annotations.h>
#include <stdio.h>
#include <stdlib.h>

static void *volatile kept;

MEMSCOPE_TRACK int main(void) {
  kept = malloc(10);
  puts("hello");
  return 7;
}
