// The faults that a sanitizer finds in a program it finds in the program that is recorded, too, with the same summary: the runtime keeps
// no lost block in reach, nor does it order the program's threads, and its calls in between mislead nobody.
// UNSUPPORTED: emulated
// RUN: rm -rf %t.dir && mkdir -p %t.dir && cd %t.dir
// RUN: sh %S/Inputs/compare_reports.sh "%clangxx_plain -g -I%include" "%clangxx_memscope" %s "%link_memscope" > summaries
// RUN: %memscope dump Memoryanalysis | %filecheck --check-prefix=EVENTS %s
// RUN: %filecheck %s < summaries
#include <cstdlib>
#include <memscope/annotations.h>
#include <pthread.h>
#include <unistd.h>

static void *volatile kept;
static int *volatile block;
static int shared;

// Lost: a last event, one that was reallocated, and one to which only a released block points.
// CHECK: AddressSanitizer: 60 byte(s) leaked in 3 allocation(s).
MEMSCOPE_TRACK __attribute__((noinline)) static void leak() {
  kept = std::malloc(1000);
  void **volatile holder = static_cast<void **>(std::malloc(sizeof(void *)));
  *holder = std::malloc(10);
  std::free(holder);
  void *volatile lost = std::realloc(std::malloc(5), 20);
  lost = std::malloc(30);
  lost = nullptr;
}

// What calls have left on the stack would be taken for a pointer to the block.
__attribute__((noinline, no_sanitize("address"))) static void wipe_stack() {
  volatile char bytes[32768];
  for (volatile char &byte : bytes)
    byte = 0;
}

// CHECK-NEXT: AddressSanitizer: heap-use-after-free {{.*}}.cpp:[[# @LINE + 4]]
MEMSCOPE_TRACK static int use_after_free() {
  block = new int(1);
  delete block;
  return *block;
}

// CHECK-NEXT: AddressSanitizer: heap-buffer-overflow {{.*}}.cpp:[[# @LINE + 3]]
MEMSCOPE_TRACK static int overflow() {
  block = static_cast<int *>(std::malloc(8));
  return block[2];
}

// CHECK-NEXT: AddressSanitizer: double-free
MEMSCOPE_TRACK static int free_twice() {
  kept = std::malloc(10);
  std::free(kept);
  std::free(kept);
  return 0;
}

// CHECK-NEXT: AddressSanitizer: alloc-dealloc-mismatch
MEMSCOPE_TRACK static int free_of_new() {
  block = new int(1);
  std::free(block);
  return 0;
}

// CHECK-NEXT: UndefinedBehaviorSanitizer: undefined-behavior {{.*}}.cpp:[[# @LINE + 3]]
MEMSCOPE_TRACK static int misaligned() {
  char *bytes = static_cast<char *>(std::malloc(16));
  return *reinterpret_cast<int *>(bytes + 1);
}

// Two accesses with the threads' first events between them: the second thread comes later, but nothing makes it wait.
// CHECK-NEXT: ThreadSanitizer: data race {{.*}}.cpp:[[# @LINE + 4]]
MEMSCOPE_TRACK static void *race(void *late) {
  usleep(late ? 100000 : 0);
  void *volatile before = late ? std::malloc(10) : nullptr;
  shared++;
  void *volatile behind = std::malloc(20);
  std::free(before);
  std::free(behind);
  return nullptr;
}

// CHECK-NEXT: ThreadSanitizer: heap-use-after-free {{.*}}.cpp:[[# @LINE + 4]]
MEMSCOPE_TRACK static void *use_elsewhere(void *late) {
  usleep(late ? 100000 : 0);
  if (late)
    *block = 2;
  else
    delete block;
  return nullptr;
}

static void run_two(void *(*routine)(void *)) {
  pthread_t threads[2];
  for (int i = 0; i < 2; i++)
    pthread_create(&threads[i], nullptr, routine, i ? &threads[i] : nullptr);
  for (pthread_t thread : threads)
    pthread_join(thread, nullptr);
}

MEMSCOPE_TRACK static void make() { block = new int(1); }

int main(int, char **argv) {
  switch (argv[1][0]) {
  case '0': leak();
    wipe_stack(); return 0;
  case '1': return use_after_free();
  case '2': return overflow();
  case '3': return free_twice();
  case '4': return free_of_new();
  case '5': return misaligned();
  case '6': run_two(race); return 0;
  default: make(); run_two(use_elsewhere); return 0;
  }
}
// EVENTS: alloc {{.*}} size=4 {{.*}} callee=operator new function=make()
// EVENTS: free {{.*}} function=use_elsewhere(void*)
// EVENTS: total allocations=1 deallocations=1
