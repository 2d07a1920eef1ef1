// The same inline function in a program and in two libraries, one of which has an allocator of its own that nobody else sees: each calls
// the allocator it would call without the plugin, from sites of its own, and all is recorded.
// RUN: rm -rf %t.dir && mkdir -p %t.dir && cd %t.dir
// RUN: %clangxx_plain -O1 -fPIC -fvisibility=hidden -DALLOCATOR -c %s -o allocator.o
// RUN: for level in -O0 "-O2 -flto -fuse-ld=lld"; do \
// RUN:   %clangxx_memscope $level -fPIC -shared -fvisibility=hidden -DLIBRARY=own %s allocator.o -o libown.so %link_memscope && \
// RUN:   %clangxx_memscope $level -fPIC -shared -fvisibility=hidden -DLIBRARY=common %s -o libcommon.so %link_memscope && \
// RUN:   %clangxx_memscope $level -fvisibility=hidden %s -o program -L. -lown -lcommon -Wl,-rpath,$PWD %link_memscope && \
// RUN:   ./program && %memscope dump Memoryanalysis | %filecheck %s || exit 1; done
#include <cstddef>

#define PUBLIC extern "C" __attribute__((visibility("default")))
#ifdef ALLOCATOR

alignas(16) static char arena[1000];
extern "C" void *malloc(std::size_t size) { return size == 10 ? arena : nullptr; }
extern "C" void free(void *block) { arena[0] = block == arena; }

#else
#include <cstdlib>
#include <memscope/annotations.h>

__attribute__((noinline)) inline void *make(std::size_t size) { return std::malloc(size); }
__attribute__((noinline)) inline void drop(void *block) { std::free(block); }

#define JOIN(a, b) a##b
#define MAKE(library) JOIN(library, _make)
#define DROP(library) JOIN(library, _drop)
#ifdef LIBRARY
PUBLIC void *MAKE(LIBRARY)(std::size_t size) { return make(size); }
PUBLIC void DROP(LIBRARY)(void *block) { drop(block); }
#else
PUBLIC void *own_make(std::size_t), *common_make(std::size_t);
PUBLIC void own_drop(void *), common_drop(void *);

MEMSCOPE_TRACK int main() {
  void *a = own_make(10), *b = common_make(20), *c = make(30);
  // CHECK: alloc addr=[[A:[^ ]*]] size=10 {{.*}} function=make(unsigned long)
  // CHECK-NEXT: alloc addr=[[B:[^ ]*]] size=20 {{.*}} function=make(unsigned long)
  // CHECK-NEXT: alloc addr=[[C:[^ ]*]] size=30 {{.*}} function=make(unsigned long)
  void *none = own_make(11);
  own_drop(a), common_drop(b), drop(c);
  // CHECK-NEXT: free addr=[[A]]
  // CHECK-NEXT: free addr=[[B]]
  // CHECK-NEXT: free addr=[[C]]
  return none != nullptr;
}
// CHECK: total allocations=3 deallocations=3
#endif
#endif
