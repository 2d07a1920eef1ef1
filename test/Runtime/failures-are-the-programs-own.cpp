// A failing allocation behaves as without us: errno, NULL, bad_alloc and its handler; it leaves no trace, not even a run.
// UNSUPPORTED: sanitized
// RUN: rm -rf %t.dir && mkdir -p %t.dir && cd %t.dir
// RUN: %clangxx_memscope -O2 %s -o program %link_memscope && ./program | %filecheck %s
// RUN: test ! -e Memoryanalysis
#include <memscope/annotations.h>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <new>

volatile std::size_t huge = SIZE_MAX / 4;
void *volatile kept;

// Out of sight of the optimiser, which takes malloc for a function that leaves errno alone.
__attribute__((noinline, optnone)) static bool errno_is(int value) { return errno == value; }

MEMSCOPE_TRACK static void fail() {
  errno = 0;
  kept = malloc(huge);
  std::printf("malloc %d %d\n", kept == nullptr, errno_is(ENOMEM));
  // CHECK: malloc 1 1
  void *out = &out;
  int error = posix_memalign(&out, 3, 16);
  std::printf("posix_memalign %d %d\n", error == EINVAL, out == &out);
  // CHECK: posix_memalign 1 1
  kept = new (std::nothrow) char[huge];
  std::printf("nothrow %d\n", kept == nullptr);
  // CHECK: nothrow 1
  std::set_new_handler([] {
    std::puts("handler");
    std::set_new_handler(nullptr);
  });
  try {
    kept = new char[huge];
  } catch (const std::bad_alloc &) {
    std::puts("bad_alloc");
  }
  // CHECK: handler
  // CHECK: bad_alloc
}

int main() { fail(); }
