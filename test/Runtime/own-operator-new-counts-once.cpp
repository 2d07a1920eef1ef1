// A program's own operator new, instrumented like the rest, calls malloc: that is one block, recorded where `new` stands.
// Its failure, an exception through both, leaves nothing behind that would hide later blocks.
// UNSUPPORTED: tsan
// RUN: rm -rf %t.dir && mkdir -p %t.dir && cd %t.dir
// RUN: %clangxx_memscope -O1 -DOPERATORS -c %s -o operators.o && %clangxx_memscope -O1 %s operators.o -o program %link_memscope
// RUN: ./program && %memscope dump Memoryanalysis | %filecheck %s
#include <cstdlib>
#include <memscope/annotations.h>
#include <new>

#ifdef OPERATORS
void *operator new(std::size_t size) {
  void *block = size < 1000000 ? std::malloc(size + 16) : nullptr;
  if (!block)
    throw std::bad_alloc();
  return block;
}
void operator delete(void *block) noexcept { std::free(block); }
void operator delete(void *block, std::size_t) noexcept { std::free(block); }
#else
static void *volatile kept;

__attribute__((noinline)) static void deep(int depth) {
  volatile char frame[200];
  frame[0] = 1;
  if (depth > 0)
    deep(depth - 1);
  else
    kept = std::malloc(77);
  frame[1] = frame[0];
}

MEMSCOPE_TRACK static void work() {
  kept = operator new(40);
  // CHECK: alloc {{.*}} size=40 {{.*}} callee=operator new function=work()
  operator delete(kept);
  // CHECK-NEXT: free {{.*}} callee=operator delete function=work()
  try {
    kept = operator new(2000000);
  } catch (const std::bad_alloc &) {
  }
  deep(10);
  // CHECK-NEXT: alloc {{.*}} size=77 {{.*}} callee=malloc function=deep(int)
}

int main() { work(); }
// CHECK: total allocations=2 deallocations=1
#endif
