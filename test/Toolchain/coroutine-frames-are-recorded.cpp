// A coroutine's frame is a block like any other, recorded where the coroutine is called and released where it is destroyed; its body
// allocates in whichever thread and scope resumes it. What the optimiser puts on the caller's stack is not allocated.
// RUN: rm -rf %t.dir && mkdir -p %t.dir && cd %t.dir
// RUN: for level in -O0 -O2 "-O2 -flto=thin -fuse-ld=lld"; do %clangxx_memscope -std=c++20 $level %s -o program %link_memscope && \
// RUN:   ./program && %memscope dump Memoryanalysis | %filecheck %s || exit 1; done
// RUN: %clangxx_memscope -std=c++20 -O2 -DELIDED %s -o program %link_memscope && ./program && \
// RUN:   %memscope dump Memoryanalysis | %filecheck --check-prefix=ELIDED %s
#include <cstdlib>
#include <memscope/annotations.h>

// What the compiler asks for; the headers of some standard libraries do not know some versions of clang.
namespace std {
template <typename Result, typename...> struct coroutine_traits : Result {};
template <typename Promise = void> struct coroutine_handle {
  static coroutine_handle from_address(void *address) noexcept { return {address}; }
  operator coroutine_handle<>() const noexcept;
  void *address;
};
template <typename Promise> coroutine_handle<Promise>::operator coroutine_handle<>() const noexcept { return {address}; }
struct suspend_always {
  bool await_ready() noexcept { return false; }
  void await_suspend(coroutine_handle<>) noexcept {}
  void await_resume() noexcept {}
};
} // namespace std

struct task {
  struct promise_type {
    task get_return_object() { return {__builtin_coro_promise(this, alignof(promise_type), true)}; }
    std::suspend_always initial_suspend() noexcept { return {}; }
    std::suspend_always final_suspend() noexcept { return {}; }
    void return_void() {}
    void unhandled_exception() {}
  };
  void *coroutine;
};

void *volatile kept;

#ifndef ELIDED
__attribute__((noinline))
#endif
static task work(std::size_t count) {
  for (std::size_t i = 0; i < count; i++) {
    kept = std::malloc(100 + i);
    co_await std::suspend_always{};
    std::free(kept);
  }
}

__attribute__((noinline)) static void step(void *coroutine) { __builtin_coro_resume(coroutine); }

MEMSCOPE_TRACK static void run() {
  task started = work(2);
#ifdef ELIDED
  while (!__builtin_coro_done(started.coroutine))
    __builtin_coro_resume(started.coroutine);
#else
  while (!__builtin_coro_done(started.coroutine))
    step(started.coroutine);
#endif
  __builtin_coro_destroy(started.coroutine);
}

int main() { run(); }

// CHECK: alloc addr=[[FRAME:[^ ]+]] {{.*}} callee=operator new function=work(unsigned long) {{.*}} scope=run()
// CHECK: alloc {{.*}} size=100 {{.*}} callee=malloc function=work(unsigned long) {{.*}} scope=run()
// CHECK: free {{.*}} callee=free function=work(unsigned long)
// CHECK: alloc {{.*}} size=101
// CHECK: free
// CHECK: free addr=[[FRAME]] {{.*}} callee=operator delete{{( | .* )}}function=work(unsigned long)
// CHECK: total allocations=3 deallocations=3
// ELIDED-NOT: operator new
// ELIDED: total allocations=2 deallocations=2
