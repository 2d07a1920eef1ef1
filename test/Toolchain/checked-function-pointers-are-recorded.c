// With control-flow integrity, allocation functions called through pointers pass its checks and are recorded; a call that it stops without
// the plugin, it stops with it.
// RUN: rm -rf %t.dir && mkdir -p %t.dir && cd %t.dir
// RUN: for level in "-O0 -flto" "-O2 -flto" "-O2 -flto=thin"; do \
// RUN:   %clang_memscope $level -fvisibility=hidden -fsanitize=cfi-icall -fuse-ld=lld %s -o program %link_memscope && ./program && \
// RUN:   %memscope dump Memoryanalysis | %filecheck %s && %not --crash ./program wrong || exit 1; done
#include <memscope/annotations.h>
#include <stdlib.h>

struct heap {
  void *(*get)(size_t);
  void (*put)(void *);
};
static const struct heap heap = {malloc, free};
static const struct heap *volatile chosen = &heap; /* volatile: the calls stay indirect */

MEMSCOPE_TRACK int main(int argc, char **argv) {
  // CHECK: alloc {{.*}} size=100 {{.*}} callee=malloc function=malloc through a pointer
  // CHECK: free {{.*}} callee=free function=free through a pointer
  void *block = chosen->get(100);
  if (argc > 1)
    ((void (*)(long))chosen->put)((long)argv);
  chosen->put(block);
}
// CHECK: total allocations=1 deallocations=1
