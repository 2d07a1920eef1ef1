// Each event says by which route it came, in the dump and at its call site in the report, whose places of the second route are those of the calling code.
// UNSUPPORTED: emulated
// RUN: %gcc_plain -g -O1 -fno-builtin %s -o %t.exe
// RUN: rm -rf %t.d && %memscope run --all --out %t.d %t.exe
// RUN: %memscope dump %t.d | %filecheck %s
// RUN: %memscope export %t.d --prefix x > %t.out
// RUN: %python %inputs/validate.py %source/dashboard/report.schema.json %t.d/x_comprehensive.json
// RUN: %python -c "import json, sys; [print(s['function'], s['line'], s['callee'], s['family'], s['route'], s['allocations'], s['deallocations'], s['type']) for s in json.load(open(sys.argv[1]))['call_sites']]" %t.d/x_comprehensive.json | %filecheck %s --check-prefix SITE
// RUN: %memscope report %t.d --by site | %filecheck %s --check-prefix REPORT
#include <stdlib.h>

__attribute__((noinline)) static void *obtain(size_t size) {
  void *block = malloc(size); // SITE-DAG: obtain [[@LINE]] malloc malloc preload 3 0 None
  __asm__ volatile("" : "+r"(block));
  return block;
}

__attribute__((noinline)) static void give_back(void *block) {
  free(block); // SITE-DAG: give_back [[@LINE]] free malloc preload 0 2 None
  __asm__ volatile("");
}

int main(void) {
  give_back(obtain(1234567));
  give_back(obtain(1234568));
  return obtain(1234569) == NULL;
}
// CHECK: alloc {{.*}} size=1234567 {{.*}}callee=malloc route=preload
// CHECK-NEXT: free {{.*}}callee=free route=preload
// CHECK-NEXT: alloc {{.*}} size=1234568 {{.*}}callee=malloc route=preload
// REPORT: obtain at {{.*}}route-is-in-every-output.c:
