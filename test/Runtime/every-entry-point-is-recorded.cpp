// Every allocation function of abi.def is recorded under its own name with size and alignment, and every form of delete.
// RUN: rm -rf %t.dir && mkdir -p %t.dir && cd %t.dir
// RUN: %clangxx_plain -DRELEASES -I%include -c %s -o releases.o
// RUN: %clangxx_memscope -std=c++17 -O0 -fsized-deallocation %s releases.o -o program %link_memscope && ./program
// RUN: %memscope dump Memoryanalysis | %filecheck %s
#include <memscope/annotations.h>
#include <cstdlib>
#include <cstring>
#include <malloc.h>
#include <new>

// C23's releases, which this C library does not have: out of the instrumented file they are what they would be.
extern "C" void free_sized(void *block, std::size_t size);
extern "C" void free_aligned_sized(void *block, std::size_t alignment, std::size_t size);
#ifdef RELEASES
void free_sized(void *block, std::size_t) { std::free(block); }
void free_aligned_sized(void *block, std::size_t, std::size_t) { std::free(block); }
#else

struct alignas(64) line {
  char bytes[128];
  ~line() {}
};
struct plain {
  char bytes[24];
  ~plain() {}
};

MEMSCOPE_TRACK int main() {
  void *p;
  free(malloc(11));
  // CHECK: alloc {{.*}} size=11 {{.*}} callee=malloc
  // CHECK-NEXT: free {{.*}} callee=free
  free(calloc(3, 4));
  // CHECK-NEXT: alloc {{.*}} size=12 {{.*}} callee=calloc
  // CHECK-NEXT: free
  free(reallocarray(nullptr, 3, 5));
  // CHECK-NEXT: alloc {{.*}} size=15 {{.*}} callee=reallocarray
  // CHECK-NEXT: free
  free(aligned_alloc(64, 128));
  // CHECK-NEXT: alloc {{.*}} size=128 {{.*}} callee=aligned_alloc {{.*}} align=64
  // CHECK-NEXT: free
  free(memalign(256, 17));
  // CHECK-NEXT: alloc {{.*}} size=17 {{.*}} callee=memalign {{.*}} align=256
  // CHECK-NEXT: free
  if (posix_memalign(&p, 4096, 18) == 0)
    free(p);
  // CHECK-NEXT: alloc {{.*}} size=18 {{.*}} callee=posix_memalign {{.*}} align=4096
  // CHECK-NEXT: free
  free(valloc(19));
  // CHECK-NEXT: alloc {{.*}} size=19 {{.*}} callee=valloc
  // CHECK-NEXT: free
  free(pvalloc(20));
  // CHECK-NEXT: alloc {{.*}} size=20 {{.*}} callee=pvalloc
  // CHECK-NEXT: free
  free_sized(malloc(21), 21);
  // CHECK-NEXT: alloc {{.*}} size=21 {{.*}} callee=malloc
  // CHECK-NEXT: free {{.*}} callee=free_sized
  free_aligned_sized(aligned_alloc(32, 64), 32, 64);
  // CHECK-NEXT: alloc {{.*}} size=64 {{.*}} callee=aligned_alloc
  // CHECK-NEXT: free {{.*}} callee=free_aligned_sized
  free(strdup("seven"));
  // CHECK-NEXT: alloc {{.*}} size=6 {{.*}} callee=strdup
  // CHECK-NEXT: free
  free(strndup("seven", 3));
  // CHECK-NEXT: alloc {{.*}} size=4 {{.*}} callee=strndup
  // CHECK-NEXT: free
  delete new plain;
  // CHECK-NEXT: alloc {{.*}} size=24 {{.*}} callee=operator new function
  // CHECK-NEXT: free {{.*}} callee=operator delete function
  delete[] new plain[2];
  // CHECK-NEXT: alloc {{.*}} size=56 {{.*}} callee=operator new[] function
  // CHECK-NEXT: free {{.*}} callee=operator delete[] function
  delete new line;
  // CHECK-NEXT: alloc {{.*}} size=128 {{.*}} callee=operator new function{{.*}} align=64
  // CHECK-NEXT: free
  delete[] new line[2];
  // CHECK-NEXT: alloc {{.*}} size=320 {{.*}} callee=operator new[] function{{.*}} align=64
  // CHECK-NEXT: free
  delete new (std::nothrow) plain;
  // CHECK-NEXT: alloc {{.*}} size=24
  // CHECK-NEXT: free
  delete[] new (std::nothrow) line[1];
  // CHECK-NEXT: alloc {{.*}} size=192 {{.*}} align=64
  // CHECK-NEXT: free
  operator delete(operator new(9, std::nothrow), std::nothrow);
  // CHECK-NEXT: alloc {{.*}} size=9
  // CHECK-NEXT: free
  operator delete(operator new(10, std::align_val_t(32), std::nothrow), std::align_val_t(32), std::nothrow);
  // CHECK-NEXT: alloc {{.*}} size=10 {{.*}} align=32
  // CHECK-NEXT: free
  // CHECK: total allocations=20 deallocations=20
}
#endif
