// The innermost scope that has a parameter says what it is, as long as it is open and no longer, however it is left; then the
// variable that the thread was created into, the program's own configuration, and the options. Which scope a thread enters
// first makes no difference, and one scope records as the scope around it says. The report knows what was in force where.
// RUN: rm -rf %t.dir && mkdir -p %t.dir && cd %t.dir
// RUN: %clang_memscope -O1 %s -o program %link_memscope
// RUN: for options in sampling_rate=1 sampling_rate=0.5 sample_bytes=200; do \
// RUN:   env MEMSCOPE_OPTIONS=$options ./program && %memscope dump --stacks Memoryanalysis > dump && \
// RUN:   %memscope export Memoryanalysis > out && \
// RUN:   %python %inputs/check_parameters.py dump Memoryanalysis/memscope_comprehensive.json ${options#*_} || exit 1; done
#include <memscope/annotations.h>
#include <memscope/memscope.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdlib.h>

enum { MANY = 20000 };

/* A block's size says in which case it was allocated: check_parameters.py has the list. */
void *volatile kept;
static void allocate(size_t size) {
  kept = malloc(size);
  free(kept);
}

static void allocate_many(size_t size) {
  for (int i = 0; i < MANY; i++)
    allocate(size);
}

MEMSCOPE_TRACK static void inner(size_t size) { allocate(size); }
MEMSCOPE_TRACK static void plain(size_t size) { allocate_many(size); }
MEMSCOPE_TRACK static void plain_around(size_t size) { inner(size); }
MEMSCOPE_TRACK_AS("sampling_rate=0.01") static void rare(size_t size) { allocate_many(size); }
MEMSCOPE_TRACK_AS("sampling_rate=0.01") static void rare_around(size_t size) { inner(size); }
MEMSCOPE_TRACK_AS("sampling_rate=0.5") static void half_around(size_t size) { inner(size); }
MEMSCOPE_TRACK_AS("sampling_rate=1") static void all(size_t size) { allocate_many(size); }
MEMSCOPE_TRACK_AS("sampling_rate=0.01") static void rare_but_all_inside(size_t size) { all(size); }

static jmp_buf out;
MEMSCOPE_TRACK_AS("sampling_rate=0.01") static void leave(size_t size) {
  allocate(size);
  longjmp(out, 1);
}

MEMSCOPE_TRACK static void jump(void) {
  if (setjmp(out) == 0)
    leave(300);
  allocate_many(112);
}

MEMSCOPE_TRACK_AS("stack_depth=3,sampling_rate=1") static void shallow(size_t size) { inner(size); }
MEMSCOPE_TRACK_AS("sampling_rate=1") static void whole(size_t size) { inner(size); }

__attribute__((noinline)) static void descend(int depth, void (*last)(size_t), size_t size) {
  if (depth > 0)
    descend(depth - 1, last, size);
  else
    last(size);
  __asm__ volatile("");
}

static void *in_variable(void *unused) {
  allocate_many(176);
  rare(192);
  allocate_many(208);
  return unused;
}

static void *by_hand(void *unused) {
  memscope_sampling_config config = memscope_sampling_config_default();
  config.allocation_sampling_rate = 0.1;
  if (memscope_init_thread_tracker("Memoryanalysis", &config) != MEMSCOPE_OK)
    abort();
  allocate_many(224);
  rare(240);
  allocate_many(256);
  memscope_finalize_thread_tracker();
  plain(288);
  return unused;
}

MEMSCOPE_TRACK static void *by_hand_in_a_scope(void *unused) {
  allocate(300);
  memscope_sampling_config config = memscope_sampling_config_default();
  config.allocation_sampling_rate = 0.1;
  if (memscope_init_thread_tracker("Memoryanalysis", &config) != MEMSCOPE_OK)
    abort();
  allocate_many(272);
  return unused;
}

static void run(void *(*work)(void *)) {
  pthread_t thread;
  pthread_create(&thread, NULL, work, NULL);
  pthread_join(thread, NULL);
}

static void *rare_first(void *unused) {
  rare(400);
  plain(416);
  return unused;
}

int main(void) {
  plain(16);
  rare(32);
  plain(48);
  for (int i = 0; i < MANY; i++) {
    rare_around(64);
    plain_around(80);
    half_around(96);
  }
  jump();
  rare_but_all_inside(128);
  for (int i = 0; i < 10; i++) {
    descend(20, whole, 500);
    descend(20, shallow, 516);
  }
  run(rare_first);
  pthread_t thread MEMSCOPE_TRACK_AS("sampling_rate=0.2");
  pthread_create(&thread, NULL, in_variable, NULL);
  pthread_join(thread, NULL);
  run(by_hand);
  run(by_hand_in_a_scope);
}
