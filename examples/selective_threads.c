/* SPDX-License-Identifier: Apache-2.0
 *
 * selective_threads.c: fifty threads, of which every other one is tracked.
 *
 * Thread i (named worker-i) performs exactly 1000 + 10 x i operations; an operation is one real allocation with the
 * work that goes with it. Even threads start in an annotated function, odd ones in the same function without the
 * annotation: the control group, which must not appear among the allocations. So the ground truth is 25 tracked threads
 * and 1000 + 1020 + ... + 1480 = 31,000 recorded allocations.
 *
 * Five kinds of work take turns, so that all roles occur: large frames that are kept (memory), hashing (CPU), small
 * records written to and read from a file (I/O), a mixed job queue, and a trickle of small strings. The roles must not
 * depend on the machine: a thread that computes never sleeps, at most four do at a time, and all others sleep between
 * batches.
 *
 * Try:  memscope-clang -g -O2 selective_threads.c -o selective_threads && ./selective_threads
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <memscope/annotations.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define THREADS 50
#define START_DISTANCE_MS 50 /* fifty starts make the run's 2.5 s; the last threads add some tenths */

enum kind { MEMORY, COMPUTE, FILE_IO, QUEUE, TRICKLE, KINDS };

struct worker {
  pthread_t thread;
  int index;
  int operations;
  char *result; /* the last operation's block: the main thread frees it */
};

static void pause_ms(int milliseconds) {
  struct timespec time = {milliseconds / 1000, milliseconds % 1000 * 1000000L};
  nanosleep(&time, NULL);
}

static void *checked(void *block) {
  if (!block) {
    fputs("selective_threads: out of memory\n", stderr);
    exit(1);
  }
  return block;
}

/* Every worker ends with this operation. */
static char *describe_result(const struct worker *worker, uint64_t value) {
  char text[64];
  snprintf(text, sizeof text, "worker %d: %016llx", worker->index, (unsigned long long)value);
  return checked(strdup(text));
}

/* ---- memory: a video decoder's frame store ---- */

struct frame {
  unsigned char *pixels;
  size_t bytes;
};

#define FRAMES_KEPT 620

static void decode_frame(struct frame *frame, size_t bytes, int seed) {
  frame->bytes = bytes;
  frame->pixels = checked(malloc(bytes));
  memset(frame->pixels, seed, bytes);
}

static void drop_frame(struct frame *frame) {
  free(frame->pixels);
  frame->pixels = NULL;
}

/* Keeps the last 620 frames of 30 to 40 KiB: a peak of some 20 MiB. */
static uint64_t store_frames(const struct worker *worker) {
  struct frame store[FRAMES_KEPT] = {{NULL, 0}};
  size_t bytes = 30 * 1024 + (size_t)worker->index * 200;
  uint64_t sum = 0;
  for (int i = 0; i < worker->operations - 1; i++) {
    struct frame *frame = &store[i % FRAMES_KEPT];
    if (frame->pixels)
      drop_frame(frame);
    decode_frame(frame, bytes, i);
    sum += frame->pixels[frame->bytes / 2];
    if (i % 10 == 9)
      pause_ms(5);
  }
  for (int i = 0; i < FRAMES_KEPT; i++)
    if (store[i].pixels)
      drop_frame(&store[i]);
  return sum;
}

/* ---- compute: a hash over a work buffer for each block ---- */

struct digest {
  uint64_t words[8];
};

#define COMPUTE_MS 200 /* of processor time in each thread, on any machine */

static double used_ms(void) {
  struct timespec used;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
  return (double)used.tv_sec * 1e3 + (double)used.tv_nsec / 1e6;
}

static void mix(struct digest *digest, double until_ms) {
  do
    for (int i = 0; i < 8000; i++) {
      uint64_t x = digest->words[i % 8] + digest->words[(i + 1) % 8];
      digest->words[i % 8] = (x ^ x >> 29) * 0xbf58476d1ce4e5b9u;
    }
  while (used_ms() < until_ms);
}

/* Not inlined: the optimiser would find that the block need not exist, and it would be right. */
__attribute__((noinline)) static struct digest *new_digest(uint64_t seed) {
  struct digest *digest = checked(calloc(1, sizeof *digest));
  digest->words[0] = seed;
  return digest;
}

/* Every block is freed right after its use. */
static uint64_t hash_blocks(const struct worker *worker) {
  uint64_t sum = 0;
  for (int i = 0; i < worker->operations - 1; i++) {
    struct digest *digest = new_digest((uint64_t)i);
    mix(digest, (double)COMPUTE_MS * (i + 1) / worker->operations);
    sum ^= digest->words[7];
    free(digest);
  }
  return sum;
}

/* ---- file: a journal ---- */

struct record {
  uint32_t length;
  char text[124];
};

static struct record *read_record(int file, int number) {
  struct record *record = checked(malloc(sizeof *record));
  if (pread(file, record, sizeof *record, (off_t)number * (off_t)sizeof *record) != (ssize_t)sizeof *record)
    record->length = 0;
  return record;
}

static void append_record(int file, int number) {
  struct record record = {0, ""};
  record.length = (uint32_t)snprintf(record.text, sizeof record.text, "entry %d", number);
  if (pwrite(file, &record, sizeof record, (off_t)number * (off_t)sizeof record) < 0)
    perror("selective_threads: journal");
}

/* Four file operations for each allocation; every tenth record stays in a cache of a hundred. */
static uint64_t keep_journal(const struct worker *worker) {
  struct record *cache[100] = {NULL};
  char path[] = "/tmp/selective_threads.XXXXXX";
  int file = mkstemp(path);
  if (file >= 0)
    unlink(path);
  uint64_t sum = 0;
  for (int i = 0; i < worker->operations - 1; i++) {
    append_record(file, 2 * i);
    append_record(file, 2 * i + 1);
    struct record *record = read_record(file, i);
    sum += record->length;
    if (i % 10 == 0) {
      free(cache[i / 10 % 100]);
      cache[i / 10 % 100] = record;
    } else {
      free(record);
    }
    if (i % 10 == 9)
      pause_ms(4);
  }
  for (int i = 0; i < 100; i++)
    free(cache[i]);
  if (file >= 0)
    close(file);
  return sum;
}

/* ---- queue: jobs of many sizes, some of which grow ---- */

struct job {
  struct job *next;
  size_t bytes;
  unsigned char payload[];
};

static struct job *new_job(size_t bytes, struct job *next) {
  struct job *job = checked(malloc(sizeof *job + bytes));
  job->next = next;
  job->bytes = bytes;
  memset(job->payload, (int)bytes, bytes);
  return job;
}

static uint64_t run_jobs(struct job *job) {
  uint64_t sum = 0;
  while (job) {
    struct job *next = job->next;
    sum += job->payload[job->bytes - 1];
    free(job);
    job = next;
  }
  return sum;
}

static uint64_t work_queue(const struct worker *worker) {
  struct job *queue = NULL;
  uint64_t sum = 0;
  for (int i = 0; i < worker->operations - 1; i++) {
    queue = new_job(64 + (size_t)(i * 37 % 4000), queue);
    if (i % 25 == 24) {
      sum += run_jobs(queue);
      queue = NULL;
      pause_ms(10);
    }
  }
  return sum + run_jobs(queue);
}

/* ---- trickle: short strings, a few of which are forgotten ---- */

static char *make_label(int number) {
  char text[32];
  snprintf(text, sizeof text, "label-%d", number);
  return checked(strdup(text));
}

/* The leak that the report is to find: every fiftieth label is dropped without a free. */
static uint64_t trickle(const struct worker *worker) {
  uint64_t sum = 0;
  for (int i = 0; i < worker->operations - 1; i++) {
    char *label = make_label(i);
    sum += (unsigned char)label[6];
    if (i % 50 != 49)
      free(label);
    if (i % 25 == 24)
      pause_ms(10);
  }
  return sum;
}

/* ---- the threads ---- */

static void work(struct worker *worker) {
  static uint64_t (*const workloads[KINDS])(const struct worker *) = {store_frames, hash_blocks, keep_journal,
                                                                      work_queue, trickle};
  char name[16];
  snprintf(name, sizeof name, "worker-%d", worker->index);
  pthread_setname_np(pthread_self(), name);
  /* The control group takes its turns at other times: two threads that compute at once could starve each other. */
  int turn = worker->index % 2 == 0 ? worker->index / 2 : worker->index / 2 + 3;
  uint64_t value = workloads[turn % KINDS](worker);
  worker->result = describe_result(worker, value);
}

MEMSCOPE_TRACK static void *tracked_worker(void *argument) {
  work(argument);
  return NULL;
}

static void *untracked_worker(void *argument) {
  work(argument);
  return NULL;
}

int main(void) {
  static struct worker workers[THREADS];
  for (int i = 0; i < THREADS; i++) {
    workers[i].index = i;
    workers[i].operations = 1000 + 10 * i;
    if (pthread_create(&workers[i].thread, NULL, i % 2 == 0 ? tracked_worker : untracked_worker, &workers[i]) != 0) {
      fprintf(stderr, "selective_threads: cannot start thread %d\n", i);
      return 1;
    }
    pause_ms(START_DISTANCE_MS);
  }
  uint64_t operations = 0;
  for (int i = 0; i < THREADS; i++) {
    pthread_join(workers[i].thread, NULL);
    operations += (uint64_t)workers[i].operations;
    free(workers[i].result); /* allocated by the worker, freed by the main thread */
  }
  printf("%d threads performed %llu operations\n", THREADS, (unsigned long long)operations);
  return 0;
}
