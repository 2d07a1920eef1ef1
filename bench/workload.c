/* SPDX-License-Identifier: Apache-2.0
 *
 * workload.c: the programs that the scripts beside it measure. usage: workload PROGRAM PAIRS THREADS MODE
 *
 *   PROGRAM  a row of `programs` below, or birth: threads that live for one pair each, one after another
 *   PAIRS    allocation + free pairs in each thread; of birth: the threads
 *   MODE     tracked: the threads begin in an annotated function; untracked: they do not; beside: they do not, and one
 *            further thread that does works beside them until they are done, and is not timed
 *
 * Prints one line of key=value. ns_per_pair is by the monotonic clock, from the moment when all threads begin together,
 * each with its first touch of pages and tables behind it, to the end of the last; where there are more threads than
 * cores, it is divided by the threads that share a core. cpu_ns_per_pair is the CPU time of the threads themselves.
 * allocations and frees are what tracked threads have done, counted here. peak_kib is the kernel's high-water mark of
 * the process, while all threads are still there.
 */
#define _GNU_SOURCE
#include <memscope/annotations.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* ---- what a thread does ---- */

/* A block that is seen must exist. No store into a variable that threads have in common: they would wait for its line.
 */
static inline void see(void *block) { __asm__ volatile("" : : "r"(block) : "memory"); }

__attribute__((noinline)) static void pair(size_t bytes) {
  void *block = malloc(bytes);
  see(block);
  free(block);
}

__attribute__((noinline)) static void short_stacks(uint64_t first, uint64_t pairs) {
  for (uint64_t i = first; i < first + pairs; i++)
    pair(32);
}

/* Each bit of the path, the outermost frame's lowest, chooses between two calls, so that each path is a stack of its
 * own: nomerge keeps the two calls two, the assembly keeps the recursion a recursion. */
__attribute__((noinline)) static void descend(int depth, uint64_t path) {
  if (depth == 0)
    pair(48);
  else if (path & 1)
    __attribute__((nomerge)) descend(depth - 1, path >> 1);
  else
    __attribute__((nomerge)) descend(depth - 1, path >> 1);
  __asm__ volatile("");
}

enum { DEEP = 30, FEW = 64, MANY = 4096, VERY_MANY = 131072 };

__attribute__((noinline)) static void mixed_stacks(uint64_t first, uint64_t pairs) {
  for (uint64_t i = first; i < first + pairs; i++)
    descend(6, i % FEW);
}

__attribute__((noinline)) static void one_deep_stack(uint64_t first, uint64_t pairs) {
  for (uint64_t i = first; i < first + pairs; i++)
    descend(DEEP, 0);
}

__attribute__((noinline)) static void deep_stacks(uint64_t first, uint64_t pairs) {
  for (uint64_t i = first; i < first + pairs; i++)
    descend(DEEP, i % MANY);
}

__attribute__((noinline)) static void wide_stacks(uint64_t first, uint64_t pairs) {
  for (uint64_t i = first; i < first + pairs; i++)
    descend(DEEP, i % VERY_MANY);
}

/* Neighbours have their outer frames in common. */
__attribute__((noinline)) static void tree_stacks(uint64_t first, uint64_t pairs) {
  for (uint64_t i = first; i < first + pairs; i++)
    descend(DEEP, __builtin_bitreverse32((uint32_t)(i % VERY_MANY)) >> (32 - DEEP));
}

/* xorshift: every thread has the same sizes */
static uint64_t next_random(uint64_t random) {
  random ^= random << 13, random ^= random >> 7, random ^= random << 17;
  return random;
}

#define SEED 88172645463325252u
/* The only program that does not do the same in the same order again. */
__attribute__((noinline)) static void random_stacks(uint64_t first, uint64_t pairs) {
  uint64_t random = SEED + first;
  for (uint64_t i = 0; i < pairs; i++) {
    random = next_random(random);
    descend(DEEP, random % VERY_MANY);
  }
}

__attribute__((noinline)) static void fresh_stacks(uint64_t first, uint64_t pairs) {
  for (uint64_t i = first; i < first + pairs; i++)
    descend(DEEP, i);
}

enum { WINDOW = 1024 };

__attribute__((noinline)) static void many_sizes(uint64_t first, uint64_t pairs) {
  static _Thread_local void *window[WINDOW];
  uint64_t random = SEED + first;
  for (uint64_t i = 0; i < pairs; i++) {
    random = next_random(random);
    free(window[i % WINDOW]);
    window[i % WINDOW] = malloc(16 + random % 1024);
  }
  for (int i = 0; i < WINDOW; i++) {
    free(window[i]);
    window[i] = NULL;
  }
}

/* Does with memory what memory is for: each block is written once and read once. */
__attribute__((noinline)) static void used_blocks(uint64_t first, uint64_t pairs) {
  static _Thread_local struct block {
    unsigned char *bytes;
    size_t count;
  } window[WINDOW];
  uint64_t random = SEED + first;
  for (uint64_t i = 0; i < pairs + WINDOW; i++) {
    struct block *block = &window[i % WINDOW];
    uintptr_t sum = 0;
    for (size_t at = 0; at < block->count; at++)
      sum += block->bytes[at];
    see((void *)sum);
    free(block->bytes);
    *block = (struct block){NULL, 0};
    if (i < pairs) {
      random = next_random(random);
      block->count = 16 + random % 1024;
      block->bytes = malloc(block->count);
      memset(block->bytes, (int)(i | 1), block->count);
    }
  }
}

/* ---- one thread allocates, its partner frees ---- */

enum { SLOTS = 16384, CACHE_LINE = 64 };

/* One writer for each counter: the producer, the consumer. */
struct ring {
  _Alignas(CACHE_LINE) _Atomic uint64_t put;
  _Alignas(CACHE_LINE) _Atomic uint64_t taken;
  _Alignas(CACHE_LINE) void *slots[SLOTS];
};

static _Thread_local struct ring *ring;
static _Thread_local bool consumer;

/* Some fifty microseconds, in which the partner gets through a small part of the ring: nobody waits for who sleeps. */
static void wait_for_partner(void) { nanosleep(&(struct timespec){0, 1}, NULL); }

__attribute__((noinline)) static void produce(uint64_t first, uint64_t pairs) {
  uint64_t random = SEED + first;
  for (uint64_t i = first; i < first + pairs; i++) {
    while (i - atomic_load_explicit(&ring->taken, memory_order_acquire) == SLOTS)
      wait_for_partner();
    random = next_random(random);
    ring->slots[i % SLOTS] = malloc(16 + random % 96);
    atomic_store_explicit(&ring->put, i + 1, memory_order_release);
  }
}

__attribute__((noinline)) static void consume(uint64_t first, uint64_t pairs) {
  for (uint64_t i = first; i < first + pairs; i++) {
    while (atomic_load_explicit(&ring->put, memory_order_acquire) == i)
      wait_for_partner();
    free(ring->slots[i % SLOTS]);
    atomic_store_explicit(&ring->taken, i + 1, memory_order_release);
  }
}

static void hand_over(uint64_t first, uint64_t pairs) { (consumer ? consume : produce)(first, pairs); }

/* ---- programs ---- */

static const struct program {
  const char *name;
  void (*work)(uint64_t first, uint64_t pairs); /* pair number `first` and those after it */
  uint64_t turn;                                /* pairs after which everything has been there once */
} programs[] = {
    {"short", short_stacks, 1},               /* from one place, seven frames */
    {"mixed", mixed_stacks, FEW},             /* 64 stacks of 13 frames, the outermost call changes first */
    {"tower", one_deep_stack, 1},             /* one stack of 37 frames, a recursion of thirty */
    {"deep", deep_stacks, MANY},              /* 4096 of them, the outermost call changes first */
    {"wide", wide_stacks, VERY_MANY},         /* 131,072 of them */
    {"tree", tree_stacks, VERY_MANY},         /* the same, the innermost call changes first */
    {"random", random_stacks, 4 * VERY_MANY}, /* the same, in random order */
    {"fresh", fresh_stacks, 1},               /* the same frames, each stack for the first time */
    {"sizes", many_sizes, WINDOW},            /* 16 to 1039 bytes, 1024 live blocks */
    {"used", used_blocks, WINDOW},            /* the same blocks, each written and read */
    {"handover", hand_over, 2 * SLOTS},       /* half of the threads allocate, the others free */
};

static const struct program *find_program(const char *name) {
  for (size_t i = 0; i < sizeof programs / sizeof *programs; i++)
    if (!strcmp(programs[i].name, name))
      return &programs[i];
  return NULL;
}

/* ---- threads ---- */

struct job {
  pthread_t thread;
  const struct program *program;
  unsigned threads; /* of the run */
  uint64_t pairs, allocations, frees;
  uint64_t begin_ns, end_ns, cpu_ns;
  struct ring *ring;
  bool consumer, company;
};

static pthread_barrier_t together;
static _Atomic int timed_threads_left;

static uint64_t now_ns(clockid_t clock) {
  struct timespec now;
  clock_gettime(clock, &now);
  return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static void work(struct job *job, uint64_t first, uint64_t pairs) {
  job->program->work(first, pairs);
  job->allocations += job->ring && job->consumer ? 0 : pairs;
  job->frees += job->ring && !job->consumer ? 0 : pairs;
}

/* The start-up and what is timed are done by one and the same call: from another one all stacks would be new again. */
static void run(struct job *job) {
  enum {
    START_UP = 20000, /* of all threads: more than a pipe holds, since a rival's other end reads late at first */
    STEP = 2048       /* of the company: small beside the others' work, large beside the look at the counter */
  };
  ring = job->ring;
  consumer = job->consumer;
  uint64_t first = 0, pairs = START_UP / job->threads + 1;
  if (pairs < job->program->turn)
    pairs = job->program->turn;
  for (bool started = false;; started = true) {
    work(job, first, pairs);
    if (started && (!job->company || atomic_load_explicit(&timed_threads_left, memory_order_relaxed) == 0))
      break;
    first += pairs;
    pairs = job->company ? STEP : job->pairs;
    if (!started) {
      pthread_barrier_wait(&together);
      job->cpu_ns = now_ns(CLOCK_THREAD_CPUTIME_ID);
      job->begin_ns = now_ns(CLOCK_MONOTONIC);
    }
  }
  job->end_ns = now_ns(CLOCK_MONOTONIC);
  job->cpu_ns = now_ns(CLOCK_THREAD_CPUTIME_ID) - job->cpu_ns;
  if (!job->company)
    atomic_fetch_sub_explicit(&timed_threads_left, 1, memory_order_relaxed);
  pthread_barrier_wait(&together);
}

MEMSCOPE_TRACK static void *tracked(void *job) {
  run(job);
  return NULL;
}

static void *untracked(void *job) {
  run(job);
  return NULL;
}

MEMSCOPE_TRACK static void *tracked_newborn(void *unused) {
  pair(32);
  return unused;
}

static void *untracked_newborn(void *unused) {
  pair(32);
  return unused;
}

static void start(pthread_t *thread, void *(*routine)(void *), void *argument) {
  if (pthread_create(thread, NULL, routine, argument) != 0) {
    perror("workload: pthread_create");
    exit(1);
  }
}

/* ---- runs ---- */

struct result {
  double ns_per_pair, cpu_ns_per_pair;
  uint64_t allocations, frees;
};

static struct result run_births(uint64_t count, bool is_tracked) {
  enum { START_UP = 20 };
  uint64_t begin = 0;
  for (uint64_t i = 0; i < START_UP + count; i++) {
    pthread_t thread;
    if (i == START_UP)
      begin = now_ns(CLOCK_MONOTONIC);
    start(&thread, is_tracked ? tracked_newborn : untracked_newborn, NULL);
    pthread_join(thread, NULL);
  }
  uint64_t events = is_tracked ? START_UP + count : 0;
  double ns = (double)(now_ns(CLOCK_MONOTONIC) - begin) / (double)count;
  return (struct result){.ns_per_pair = ns, .allocations = events, .frees = events};
}

static struct result run_together(const struct program *program, uint64_t pairs, int threads, const char *mode) {
  bool company = !strcmp(mode, "beside"), is_tracked = !strcmp(mode, "tracked");
  int all = threads + company;
  struct job *jobs = calloc((size_t)all, sizeof *jobs);
  bool in_couples = program->work == hand_over;
  size_t ring_bytes = in_couples ? sizeof(struct ring) * (size_t)all / 2 : 0;
  struct ring *rings = aligned_alloc(CACHE_LINE, ring_bytes);
  memset(rings, 0, ring_bytes);
  pthread_barrier_init(&together, NULL, (unsigned)all);
  timed_threads_left = threads;
  for (int i = 0; i < all; i++) {
    jobs[i] = (struct job){
        .program = program, .threads = (unsigned)all, .pairs = pairs, .consumer = i % 2, .company = i == threads};
    jobs[i].ring = in_couples ? &rings[i / 2] : NULL;
    start(&jobs[i].thread, is_tracked || jobs[i].company ? tracked : untracked, &jobs[i]);
  }
  struct result result = {.ns_per_pair = 0};
  uint64_t begin = UINT64_MAX, end = 0;
  for (int i = 0; i < all; i++) {
    pthread_join(jobs[i].thread, NULL);
    if (is_tracked || jobs[i].company) {
      result.allocations += jobs[i].allocations;
      result.frees += jobs[i].frees;
    }
    if (!jobs[i].company) {
      result.cpu_ns_per_pair += (double)jobs[i].cpu_ns / ((double)pairs * threads);
      begin = jobs[i].begin_ns < begin ? jobs[i].begin_ns : begin;
      end = jobs[i].end_ns > end ? jobs[i].end_ns : end;
    }
  }
  double cores = (double)sysconf(_SC_NPROCESSORS_ONLN), share = all > cores ? cores / all : 1;
  result.ns_per_pair = (double)(end - begin) * share / (double)pairs;
  free(rings);
  free(jobs);
  return result;
}

/* Not getrusage's: that one begins with what the parent had in memory before exec. */
static unsigned long peak_kib(void) {
  char line[256];
  unsigned long kib = 0;
  FILE *status = fopen("/proc/self/status", "r");
  while (status && fgets(line, sizeof line, status))
    if (sscanf(line, "VmHWM: %lu", &kib) == 1)
      break;
  if (status)
    fclose(status);
  return kib;
}

int main(int argc, char **argv) {
  const struct program *program = argc == 5 ? find_program(argv[1]) : NULL;
  bool births = argc == 5 && !strcmp(argv[1], "birth");
  bool alone = program && program->work == hand_over && (atoi(argv[3]) % 2 || !strcmp(argv[4], "beside"));
  if ((!program && !births) || alone) {
    fputs("usage: workload PROGRAM PAIRS THREADS tracked|untracked|beside\n", stderr);
    return 1;
  }
  uint64_t pairs = strtoull(argv[2], NULL, 10);
  int threads = atoi(argv[3]);
  struct result result =
      births ? run_births(pairs, !strcmp(argv[4], "tracked")) : run_together(program, pairs, threads, argv[4]);
  printf("workload ns_per_pair=%.2f cpu_ns_per_pair=%.2f allocations=%llu frees=%llu peak_kib=%lu\n",
         result.ns_per_pair, result.cpu_ns_per_pair, (unsigned long long)result.allocations,
         (unsigned long long)result.frees, peak_kib());
  return 0;
}
