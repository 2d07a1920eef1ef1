// A scope that an exception leaves ends there: nothing is recorded afterwards, however deep the stack gets again.
// RUN: rm -rf %t.dir && mkdir -p %t.dir && cd %t.dir
// RUN: %clangxx_memscope -O0 %s -o program %link_memscope && ./program && %memscope dump Memoryanalysis | %filecheck %s
// RUN: %clangxx_memscope -O2 %s -o program %link_memscope && ./program && %memscope dump Memoryanalysis | %filecheck %s
#include <memscope/annotations.h>
#include <new>
#include <stdexcept>

int *volatile kept;

__attribute__((noinline)) static void allocate(unsigned size) {
  kept = new int[size];
  delete[] kept;
}

__attribute__((noinline)) static void deeper(unsigned size, int depth) {
  volatile char frame[500];
  frame[0] = 1;
  if (depth > 0)
    deeper(size, depth - 1);
  else
    allocate(size);
  frame[1] = frame[0];
}

MEMSCOPE_TRACK static void thrower(bool fails) {
  allocate(100);
  // CHECK: alloc {{.*}} size=400 {{.*}} callee=operator new[] function=allocate(unsigned int)
  if (fails)
    throw std::runtime_error("on purpose");
}

int main() {
  for (int i = 0; i < 1000; i++) {
    try {
      thrower(true);
    } catch (const std::runtime_error &) {
      deeper(7, 8);
      // CHECK-NOT: size=28{{$| }}
    }
    deeper(9, 8);
    // CHECK-NOT: size=36{{$| }}
  }
  // CHECK: total allocations=1000 deallocations=1000
}
