// Threads of the C++ library, of std::async and of OpenMP are recorded like others: those in marked variables with what their
// thread-local objects do when they end, the others while they are in a marked function, their releases wherever they are.
// UNSUPPORTED: emulated
// RUN: rm -rf %t.dir && mkdir -p %t.dir && cd %t.dir
// RUN: %clangxx_memscope -O2 -std=c++20 -fopenmp %s -o program %link_memscope -pthread
// RUN: %python %S/Inputs/run_against_count.py %memscope ./program 20
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <future>
#include <memscope/annotations.h>
#include <omp.h>
#include <thread>
#include <vector>

static std::atomic<long> allocations, releases, threads;
static char *volatile kept;

static char *obtain(size_t size) {
  allocations++;
  char *block = new char[size];
  kept = block;
  return block;
}

static void release(char *block) {
  delete[] block;
  releases++;
}

/* Its block was obtained in a scope, and is released when the thread ends. */
struct Remains {
  char *block = nullptr;
  bool whole = false; // the thread is tracked to its last destructor
  ~Remains() {
    if (whole)
      release(obtain(50));
    if (block)
      release(block);
  }
};
static thread_local Remains remains;

MEMSCOPE_TRACK __attribute__((noinline)) static void work(int number) {
  if (!remains.block) {
    remains.block = obtain(40);
    threads++;
  }
  release(obtain(static_cast<size_t>(number) + 1));
}

static void whole(int number) {
  remains.whole = true;
  work(number);
}

int main(int, char **arguments) {
  int count = atoi(arguments[1]);
  for (int i = 0; i < count; i++) {
    std::thread marked MEMSCOPE_TRACK(whole, i);
    marked.join();
    std::jthread joins MEMSCOPE_TRACK(whole, i);
    std::thread([i] { work(i); }).join();
    std::async(std::launch::async, work, i).get();
  }
  /* OpenMP's threads stay until the program ends; what they have left then is released there, or not at all. */
#pragma omp parallel num_threads(4)
  {
    for (int i = 0; i < count; i++)
      work(i);
    release(remains.block);
    remains.block = nullptr;
  }
#pragma omp parallel for num_threads(4)
  for (int i = 0; i < 64 * count; i++) {
    char *block = remains.block;
    if (!block)
      threads--; /* counted once more, for the same thread */
    work(i);
    if (!block) {
      release(remains.block);
      remains.block = nullptr;
    }
  }
  std::printf("allocations=%ld releases=%ld threads=%ld\n", allocations.load(), releases.load(), threads.load());
}
