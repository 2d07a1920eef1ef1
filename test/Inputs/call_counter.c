/* SPDX-License-Identifier: Apache-2.0
 *
 * call_counter.c: an LD_PRELOAD library that counts the calls of the C allocator in a process, whoever makes them, and
 * knows nothing of MemScope but the names of its libraries: what the C library allocates for those is none of the
 * program's. It goes in front of them. The counts stand in the file $CALL_COUNTS.<pid>.<n>, three words: blocks
 * obtained, blocks released, and whether the process is a child that fork made, which may release blocks that its parent
 * has obtained. They go from the first call after the C library's start on. Each such child and each program that a
 * process executes has a file of its own.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <unwind.h>

static struct counts {
  atomic_ulong obtained, released, forked;
} *counts;
static atomic_bool opened, forked;

static __thread bool at_work __attribute__((tls_model("initial-exec")));

static void *real(const char *name) { return dlsym(RTLD_NEXT, name); }

/* Where the profiler's libraries are. */
static struct range {
  uintptr_t low, high;
} ranges[4];
static int range_count;

static int note_library(struct dl_phdr_info *info, size_t size, void *unused) {
  (void)size, (void)unused;
  if (!strstr(info->dlpi_name, "libmemscope") || range_count == 4)
    return 0;
  struct range *range = &ranges[range_count++];
  *range = (struct range){UINTPTR_MAX, 0};
  for (int i = 0; i < info->dlpi_phnum; i++)
    if (info->dlpi_phdr[i].p_type == PT_LOAD) {
      uintptr_t low = info->dlpi_addr + info->dlpi_phdr[i].p_vaddr, high = low + info->dlpi_phdr[i].p_memsz;
      range->low = low < range->low ? low : range->low;
      range->high = high > range->high ? high : range->high;
    }
  return 0;
}

static void open_counts(void) {
  char path[4096];
  int file = -1;
  for (int i = 1; file < 0 && i < 1000; i++) {
    snprintf(path, sizeof path, "%s.%d.%d", getenv("CALL_COUNTS"), getpid(), i);
    file = open(path, O_RDWR | O_CREAT | O_EXCL, 0600);
  }
  if (file < 0 || ftruncate(file, sizeof *counts) != 0)
    abort();
  counts = mmap(NULL, sizeof *counts, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  close(file);
  if (counts == MAP_FAILED)
    abort();
  counts->forked = forked;
  range_count = 0;
  dl_iterate_phdr(note_library, NULL);
}

/* Functions that the program calls through the profiler. */
static bool is_the_programs(uintptr_t at) {
  Dl_info info;
  return dladdr((void *)at, &info) && info.dli_sname &&
         (strcmp(info.dli_sname, "__memscope_preload_getattr") == 0 ||
          strcmp(info.dli_sname, "__memscope_preload_dlclose") == 0);
}

static _Unwind_Reason_Code look(struct _Unwind_Context *frame, void *found) {
  uintptr_t at = _Unwind_GetIP(frame);
  for (int i = 0; i < range_count; i++)
    if (at >= ranges[i].low && at < ranges[i].high && !is_the_programs(at)) {
      *(bool *)found = true;
      return _URC_END_OF_STACK;
    }
  return _URC_NO_REASON;
}

static bool is_profilers(void) {
  bool found = false;
  _Unwind_Backtrace(look, &found);
  return found;
}

static void count(size_t which) {
  static bool started; /* later on a program may have no environment for a moment */
  if (at_work || !(started || environ))
    return;
  started = true;
  int error = errno;
  at_work = true;
  if (!atomic_exchange(&opened, true))
    open_counts();
  if (!is_profilers())
    atomic_fetch_add((atomic_ulong *)((char *)counts + which), 1);
  at_work = false;
  errno = error;
}

#define OBTAINED offsetof(struct counts, obtained)
#define RELEASED offsetof(struct counts, released)

/* What a call calls in its turn is a part of it. */
static void *call(void *block, bool *outer) {
  at_work = *outer;
  return block;
}
#define CALL(expression)                                                                                               \
  ({                                                                                                                   \
    bool outer = at_work;                                                                                              \
    at_work = true;                                                                                                    \
    call((expression), &outer);                                                                                        \
  })

#define ALLOCATION(function, name, parameters, types, arguments)                                                       \
  void *count_##function parameters __asm__(name);                                                                     \
  void *count_##function parameters {                                                                                  \
    static void *(*next)types;                                                                                         \
    if (!next)                                                                                                         \
      next = (void *(*)types)real(name);                                                                               \
    void *block = CALL(next arguments);                                                                                \
    if (block)                                                                                                         \
      count(OBTAINED);                                                                                                 \
    return block;                                                                                                      \
  }

#define RELEASE(function, name, parameters, types, arguments)                                                          \
  void count_##function parameters __asm__(name);                                                                      \
  void count_##function parameters {                                                                                   \
    static void (*next) types;                                                                                         \
    if (!next)                                                                                                         \
      next = (void (*) types)real(name);                                                                               \
    if (block)                                                                                                         \
      count(RELEASED);                                                                                                 \
    (void)CALL((next arguments, NULL));                                                                                \
  }

ALLOCATION(malloc, "malloc", (size_t n), (size_t), (n))
ALLOCATION(calloc, "calloc", (size_t n, size_t m), (size_t, size_t), (n, m))
ALLOCATION(aligned_alloc, "aligned_alloc", (size_t n, size_t m), (size_t, size_t), (n, m))
ALLOCATION(memalign, "memalign", (size_t n, size_t m), (size_t, size_t), (n, m))
ALLOCATION(valloc, "valloc", (size_t n), (size_t), (n))
ALLOCATION(pvalloc, "pvalloc", (size_t n), (size_t), (n))
ALLOCATION(new, "_Znwm", (size_t n), (size_t), (n))
ALLOCATION(new_array, "_Znam", (size_t n), (size_t), (n))
ALLOCATION(new_nothrow, "_ZnwmRKSt9nothrow_t", (size_t n, void *t), (size_t, void *), (n, t))
ALLOCATION(new_array_nothrow, "_ZnamRKSt9nothrow_t", (size_t n, void *t), (size_t, void *), (n, t))
ALLOCATION(new_aligned, "_ZnwmSt11align_val_t", (size_t n, size_t m), (size_t, size_t), (n, m))
ALLOCATION(new_array_aligned, "_ZnamSt11align_val_t", (size_t n, size_t m), (size_t, size_t), (n, m))
RELEASE(free, "free", (void *block), (void *), (block))
RELEASE(delete, "_ZdlPv", (void *block), (void *), (block))
RELEASE(delete_array, "_ZdaPv", (void *block), (void *), (block))
RELEASE(delete_sized, "_ZdlPvm", (void *block, size_t n), (void *, size_t), (block, n))
RELEASE(delete_array_sized, "_ZdaPvm", (void *block, size_t n), (void *, size_t), (block, n))
RELEASE(delete_aligned, "_ZdlPvSt11align_val_t", (void *block, size_t m), (void *, size_t), (block, m))
RELEASE(delete_array_aligned, "_ZdaPvSt11align_val_t", (void *block, size_t m), (void *, size_t), (block, m))
RELEASE(delete_sized_aligned, "_ZdlPvmSt11align_val_t", (void *block, size_t n, size_t m), (void *, size_t, size_t),
        (block, n, m))

void *realloc(void *old, size_t size) {
  static void *(*next)(void *, size_t);
  if (!next)
    next = (void *(*)(void *, size_t))real("realloc");
  void *block = CALL(next(old, size));
  if (old && (block || size == 0))
    count(RELEASED);
  if (block)
    count(OBTAINED);
  return block;
}

void *reallocarray(void *old, size_t n, size_t size) {
  size_t bytes;
  if (__builtin_mul_overflow(n, size, &bytes)) {
    errno = ENOMEM;
    return NULL;
  }
  return realloc(old, bytes);
}

int posix_memalign(void **out, size_t alignment, size_t size) {
  static int (*next)(void **, size_t, size_t);
  if (!next)
    next = (int (*)(void **, size_t, size_t))real("posix_memalign");
  int error = next(out, alignment, size);
  if (error == 0)
    count(OBTAINED);
  return error;
}

/* Not called by vfork, whose child is at work in its parent's memory. */
static void after_fork(void) {
  forked = true;
  opened = false;
}

__attribute__((constructor)) static void notice_forks(void) {
  at_work = true;
  pthread_atfork(NULL, NULL, after_fork);
  at_work = false;
}
