// Where branches may land on marked places only, they may on what the plugin adds: the constructor of a module and the functions that stand
// in for allocation functions in tables.
// RUN: rm -rf %t.dir && mkdir -p %t.dir && cd %t.dir
// RUN: %clang_memscope -O2 -mbranch-protection=standard -fPIC -shared -nostartfiles -fuse-ld=lld -Wl,-z,force-bti -DLIBRARY %s \
// RUN:   -o library.so %link_memscope && readelf -n library.so | %filecheck %s --check-prefix=NOTE
// RUN: %clang_plain -O2 %s -o program $PWD/library.so -Wl,-rpath-link,%lib && ./program
// RUN: %memscope dump --stacks Memoryanalysis | %filecheck %s
// NOTE: BTI, PAC
#ifdef LIBRARY
#include <memscope/annotations.h>
#include <stdlib.h>

static void *(*volatile get)(size_t) = malloc;
static void (*volatile put)(void *) = free;

// CHECK: #0 {{.*}} work at
// CHECK-NEXT: #1 {{.*}} main
// CHECK: alloc {{.*}} size=33 {{.*}} function=malloc through a pointer
// CHECK: free
// CHECK: alloc {{.*}} size=44 {{.*}} function=work
MEMSCOPE_TRACK void work(void) {
  put(get(33));
  get = (void *(*)(size_t))malloc(44);
}
#else
void work(void);

int main(void) { work(); }
#endif
