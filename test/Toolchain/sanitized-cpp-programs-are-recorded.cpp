// Built with AddressSanitizer and UndefinedBehaviorSanitizer, or with ThreadSanitizer, a C++ program runs without a report and is recorded:
// exceptions through tracked functions, objects that another thread destroys, aligned and array new, standard containers.
// UNSUPPORTED: emulated
// RUN: rm -rf %t.dir && mkdir -p %t.dir && cd %t.dir
// RUN: sh %S/Inputs/try_sanitizers.sh "%clangxx_memscope -std=c++17" %s "%link_memscope" %memscope "%filecheck %s"
#include <atomic>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <memscope/annotations.h>
#include <pthread.h>
#include <vector>

struct Base {
  virtual ~Base() { std::free(text); }
  char *text = strdup("hello");
};
struct Derived : Base {
  alignas(64) char cache_line[64];
};

static std::atomic<Base *> handed_over;

__attribute__((noinline)) static void fail(int number) {
  auto on_the_way = std::make_unique<int[]>(10);
  int *volatile escaped = on_the_way.get(); /* or the optimiser does without the array */
  if ((*escaped = number) % 2 == 0)
    throw std::make_unique<int>(number);
}

// CHECK: #{{[0-9]}} {{.*}} produce(int) at
// CHECK-NEXT: #{{[0-9]}} {{.*}} producer(void*) at
// CHECK: {{start_thread|in libc.so}}
// CHECK-NEXT: {{clone|in libc.so}}
MEMSCOPE_TRACK __attribute__((noinline)) static void produce(int number) {
  auto made = std::make_unique<Derived>();
  made->cache_line[0] = 1;
  fail(number);
  for (Base *none = nullptr; !handed_over.compare_exchange_weak(none, made.get()); none = nullptr)
    sched_yield();
  (void)made.release();
}

static void *producer(void *argument) {
  for (int i = 0; i < 100; i++) {
    try {
      produce(i);
    } catch (const std::unique_ptr<int> &number) {
      std::vector<int> untracked(static_cast<std::size_t>(*number) + 1);
    }
  }
  return argument;
}

static void *consumer(void *argument) {
  for (int i = 0; i < 100;) {
    if (Base *taken = handed_over.exchange(nullptr)) {
      delete taken;
      i++;
    } else {
      sched_yield();
    }
  }
  return argument;
}

int main() {
  pthread_t threads[3];
  for (int i = 0; i < 3; i++)
    pthread_create(&threads[i], nullptr, i < 2 ? producer : consumer, nullptr);
  for (pthread_t thread : threads)
    pthread_join(thread, nullptr);
}
// Of 200 calls each has an object, its text, and the array; half of them an exception's number, freed in the handler.
// CHECK: alloc {{.*}} size=128 {{.*}} callee=operator new {{.*}} align=64
// CHECK: total allocations=700 deallocations=700
