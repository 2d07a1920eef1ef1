// A class's allocator is recorded as one: methods count 'this' as the first parameter, and an exception that leaves it leaves nothing
// behind.
// RUN: rm -rf %t.dir && mkdir -p %t.dir && cd %t.dir
// RUN: sh %S/Inputs/try_levels.sh "%clangxx_memscope" %s "%link_memscope" %memscope "%filecheck %s"
#include <memscope/annotations.h>
#include <cstdlib>
#include <new>

template <typename T> class Pool {
public:
  MEMSCOPE_ALLOC("size=2") void *get(std::size_t size) {
    if (used + size > sizeof memory)
      throw std::bad_alloc();
    used += 64;
    return memory + used - 64;
  }
  MEMSCOPE_FREE("block=2") void put(void *block) noexcept { used -= block ? 64 : 0; }
  T *make() { return new (get(sizeof(T))) T(); }

private:
  alignas(64) char memory[1024];
  std::size_t used = 0;
};

struct Shape {
  double edges[3];
};
void *sink;

MEMSCOPE_TRACK __attribute__((noinline)) static void run(Pool<Shape> &pool) {
  // CHECK: alloc {{.*}} size=24 {{.*}} callee=Pool<Shape>::get function=Pool<Shape>::make()
  Shape *shape = pool.make();
  sink = shape;
  // CHECK-NEXT: free {{.*}} callee=Pool<Shape>::put function=run(
  pool.put(shape);
  try {
    sink = pool.get(5000);
  } catch (const std::bad_alloc &) {
    // CHECK-NEXT: alloc {{.*}} size=77 {{.*}} callee=operator new[] function=run(
    sink = new char[77];
  }
  // CHECK-NEXT: free {{.*}} callee=operator delete[] function=run(
  delete[] static_cast<char *>(sink);
}

int main() {
  static Pool<Shape> pool;
  run(pool);
  // CHECK: total allocations=2 deallocations=2
}
