// What the pass adds for a function goes where the function goes: a function that the linker drops (unused, or one of many copies)
// leaves nothing behind, not even the need for a function that exists nowhere; what is kept is recorded.
// UNSUPPORTED: emulated
// RUN: rm -rf %t.dir && mkdir -p %t.dir && cd %t.dir
// RUN: sh %S/Inputs/try_links.sh "%clangxx_memscope" %s "%link_memscope" %memscope "%filecheck %s"
#include <cstdlib>
#include <memscope/annotations.h>

extern "C" void free_sized(void *, std::size_t); // C23's: not in this C library

__attribute__((noinline)) inline void make(std::size_t size) {
  void *volatile block = std::malloc(size);
  std::free(block);
}
MEMSCOPE_TRACK inline void tracked(std::size_t size) { make(size); }

#ifdef SECOND
void second() {
  tracked(20);
  make(2);
}
#else
void second();
void never_called(void *block) { free_sized(block, 1); }

int main() {
  void *volatile block = std::malloc(3);
  std::free(block);
  tracked(10);
  second();
}
#endif
// CHECK-NOT: size=2{{$| }}
// CHECK: alloc {{.*}} size=10 {{.*}} callee=malloc function=make(unsigned long) at {{.*}}.cpp:12:26 scope=tracked(unsigned long)
// CHECK: alloc {{.*}} size=20 {{.*}} callee=malloc function=make(unsigned long)
// CHECK: total allocations=2 deallocations=2
// The program's descriptors, whatever the number of objects that have them: one scope, one malloc, one free.
// CHECK-NEXT: __memscope_scope._Z7trackedm
// CHECK-NEXT: __memscope_site.{{[0-9a-f]+$}}
// CHECK-NEXT: __memscope_site.{{[0-9a-f]+$}}
// CHECK-NOT: __memscope
