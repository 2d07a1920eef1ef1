// Every form of operator new and delete is recorded under its own name with size and alignment, at every level, and so is what the
// C++ library demangles.
// RUN: rm -rf %t.dir && mkdir -p %t.dir && cd %t.dir
// RUN: sh %S/Inputs/try_levels.sh "%clangxx_memscope -std=c++17 -fsized-deallocation" %s "%link_memscope" %memscope "%filecheck %s"
#include <memscope/annotations.h>
#include <cstdlib>
#include <cxxabi.h>
#include <new>

struct alignas(64) line {
  char bytes[128];
  ~line() {}
};
struct plain {
  char bytes[24];
  ~plain() {}
};

static void *volatile sink; // what has been there cannot be optimised away
template <typename T> static T *seen(T *block) {
  sink = block;
  return static_cast<T *>(sink);
}

MEMSCOPE_TRACK int main() {
  ::operator delete(seen(::operator new(11)));
  // CHECK: alloc {{.*}} size=11 {{.*}} callee=operator new function
  // CHECK-NEXT: free {{.*}} callee=operator delete function
  ::operator delete(seen(::operator new(12, std::nothrow)), 12);
  // CHECK-NEXT: alloc {{.*}} size=12 {{.*}} callee=operator new function
  // CHECK-NEXT: free {{.*}} callee=operator delete function
  ::operator delete(seen(::operator new(13)), std::nothrow);
  // CHECK-NEXT: alloc {{.*}} size=13 {{.*}} callee=operator new function
  // CHECK-NEXT: free {{.*}} callee=operator delete function
  ::operator delete(seen(::operator new(14, std::align_val_t(64))), std::align_val_t(64));
  // CHECK-NEXT: alloc {{.*}} size=14 {{.*}} callee=operator new function{{.*}} align=64
  // CHECK-NEXT: free {{.*}} callee=operator delete function
  ::operator delete(seen(::operator new(15, std::align_val_t(64), std::nothrow)), 15, std::align_val_t(64));
  // CHECK-NEXT: alloc {{.*}} size=15 {{.*}} callee=operator new function{{.*}} align=64
  // CHECK-NEXT: free {{.*}} callee=operator delete function
  ::operator delete(seen(::operator new(16, std::align_val_t(64))), std::align_val_t(64), std::nothrow);
  // CHECK-NEXT: alloc {{.*}} size=16 {{.*}} callee=operator new function{{.*}} align=64
  // CHECK-NEXT: free {{.*}} callee=operator delete function
  ::operator delete[](seen(::operator new[](17)));
  // CHECK-NEXT: alloc {{.*}} size=17 {{.*}} callee=operator new[] function
  // CHECK-NEXT: free {{.*}} callee=operator delete[] function
  ::operator delete[](seen(::operator new[](18, std::nothrow)), 18);
  // CHECK-NEXT: alloc {{.*}} size=18 {{.*}} callee=operator new[] function
  // CHECK-NEXT: free {{.*}} callee=operator delete[] function
  ::operator delete[](seen(::operator new[](19)), std::nothrow);
  // CHECK-NEXT: alloc {{.*}} size=19 {{.*}} callee=operator new[] function
  // CHECK-NEXT: free {{.*}} callee=operator delete[] function
  ::operator delete[](seen(::operator new[](20, std::align_val_t(64))), std::align_val_t(64));
  // CHECK-NEXT: alloc {{.*}} size=20 {{.*}} callee=operator new[] function{{.*}} align=64
  // CHECK-NEXT: free {{.*}} callee=operator delete[] function
  ::operator delete[](seen(::operator new[](21, std::align_val_t(64), std::nothrow)), 21, std::align_val_t(64));
  // CHECK-NEXT: alloc {{.*}} size=21 {{.*}} callee=operator new[] function{{.*}} align=64
  // CHECK-NEXT: free {{.*}} callee=operator delete[] function
  ::operator delete[](seen(::operator new[](22, std::align_val_t(64))), std::align_val_t(64), std::nothrow);
  // CHECK-NEXT: alloc {{.*}} size=22 {{.*}} callee=operator new[] function{{.*}} align=64
  // CHECK-NEXT: free {{.*}} callee=operator delete[] function
  // What the compiler makes of expressions.
  delete seen(new plain);
  // CHECK-NEXT: alloc {{.*}} size=24 {{.*}} callee=operator new function
  // CHECK-NEXT: free {{.*}} callee=operator delete function
  delete[] seen(new plain[2]);
  // CHECK-NEXT: alloc {{.*}} size=56 {{.*}} callee=operator new[] function
  // CHECK-NEXT: free {{.*}} callee=operator delete[] function
  delete seen(new line);
  // CHECK-NEXT: alloc {{.*}} size=128 {{.*}} callee=operator new function{{.*}} align=64
  // CHECK-NEXT: free {{.*}} callee=operator delete function
  delete[] seen(new line[2]);
  // CHECK-NEXT: alloc {{.*}} size=320 {{.*}} callee=operator new[] function{{.*}} align=64
  // CHECK-NEXT: free {{.*}} callee=operator delete[] function
  char *name = abi::__cxa_demangle("_Z1fv", nullptr, nullptr, nullptr);
  // CHECK-NEXT: alloc {{.*}} size=4 {{.*}} callee=__cxa_demangle
  std::free(name);
  // CHECK-NEXT: free {{.*}} callee=free
  size_t size = 2;
  name = static_cast<char *>(std::malloc(size));
  // CHECK-NEXT: alloc {{.*}} size=2 {{.*}} callee=malloc
  name = abi::__cxa_demangle("_ZN4name4name4name4name4nameEv", name, &size, nullptr);
  // CHECK-NEXT: free {{.*}} callee=__cxa_demangle {{.*}} realloc
  // CHECK-NEXT: alloc {{.*}} callee=__cxa_demangle {{.*}} realloc
  if (abi::__cxa_demangle("no symbol", name, &size, nullptr) != nullptr)
    return 1;
  std::free(name);
  // CHECK-NEXT: free {{.*}} callee=free
  // CHECK-NOT: {{ alloc | free }}
  // CHECK: total allocations=19 deallocations=19
}
