/* SPDX-License-Identifier: Apache-2.0
 *
 * os_linux.c: os.h on Linux with glibc: memory, process, threads, modules. Files are in os_linux_files.c.
 */
#define _GNU_SOURCE
#include "os.h"

#include <dlfcn.h>
#include <elf.h>
#include <errno.h>
#include <gnu/libc-version.h>
#include <link.h>
#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "atomics.h"
#include "os_linux.h"

/* A program that is linked statically need not have them, and the linker would warn of it if we asked for them. */
#pragma weak dlopen
#pragma weak dlsym
#pragma weak dlerror

/* ---- memory ---- */

/* By the C library, so that ThreadSanitizer sees whose memory a place is now. */
static bool maps_past_preloaded;

void ms_os_map_past_preloaded(void) { maps_past_preloaded = true; }

static void *map(size_t bytes, int protection, int flags, int fd) {
  if (maps_past_preloaded)
    return (void *)syscall(SYS_mmap, NULL, bytes, protection, flags, fd, (off_t)0);
  return mmap(NULL, bytes, protection, flags, fd, 0);
}

static void unmap(void *memory, size_t bytes) {
  if (maps_past_preloaded)
    syscall(SYS_munmap, memory, bytes);
  else
    munmap(memory, bytes);
}

static void *move(void *memory, size_t bytes, void *to) {
  if (maps_past_preloaded)
    return (void *)syscall(SYS_mremap, memory, bytes, bytes, MREMAP_MAYMOVE | MREMAP_FIXED, to);
  return mremap(memory, bytes, bytes, MREMAP_MAYMOVE | MREMAP_FIXED, to);
}

void *ms_os_map(size_t bytes) {
  KEEP_ERRNO;
  void *memory = map(bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1);
  if (memory == MAP_FAILED)
    return NULL;
  /* Our tables would only make the program's core dumps larger. */
  madvise(memory, bytes, MADV_DONTDUMP);
  return memory;
}

void *ms_os_wiped_in_children(void) {
  KEEP_ERRNO;
  void *page = ms_os_map(ms_os_page_size());
  if (!page || madvise(page, ms_os_page_size(), MADV_WIPEONFORK) == 0)
    return page;
  ms_os_unmap(page, ms_os_page_size());
  return NULL;
}

void ms_os_prefer_huge_pages(void *memory, size_t bytes) {
  KEEP_ERRNO;
  (void)madvise(memory, bytes, MADV_HUGEPAGE); /* a kernel without them: as it was */
}

void ms_os_unmap(void *memory, size_t bytes) {
  KEEP_ERRNO;
  if (memory)
    unmap(memory, bytes);
}

void *ms_os_map_named(const char *name) {
  KEEP_ERRNO;
  int fd = (int)syscall(SYS_memfd_create, name, MFD_CLOEXEC);
  if (fd < 0)
    return NULL;
  void *memory = map(ms_os_page_size(), PROT_NONE, MAP_SHARED, fd);
  syscall(SYS_close, fd);
  return memory == MAP_FAILED ? NULL : memory;
}

bool ms_os_room(void **items, size_t *capacity, size_t item_bytes, size_t needed) {
  if (needed <= *capacity)
    return true;
  size_t bytes = *capacity ? 2 * *capacity * item_bytes : ms_os_page_size();
  void *larger = ms_os_map(bytes);
  if (!larger)
    return false;
  void *old = *items;
  size_t old_bytes = *capacity * item_bytes;
  if (old)
    memcpy(larger, old, old_bytes);
  /* The old place goes last: another thread may fork at any moment, and its child goes on with what it finds. */
  *items = larger;
  *capacity = bytes / item_bytes;
  ms_os_unmap(old, old_bytes);
  return true;
}

void ms_os_zero(void *memory, size_t bytes) {
  KEEP_ERRNO;
  madvise(memory, bytes, MADV_DONTNEED);
}

bool ms_os_make_private(void *memory, size_t bytes) {
  KEEP_ERRNO;
  void *copy = ms_os_map(bytes);
  if (!copy)
    return false;
  memcpy(copy, memory, bytes);
  if (move(copy, bytes, memory) == memory)
    return true;
  ms_os_unmap(copy, bytes);
  return false;
}

/* ---- process and thread ---- */

const char *ms_os_error_text(int error) {
  const char *text = strerrordesc_np(-error);
  return text ? text : "unknown error";
}

bool ms_os_process_exists(uint32_t pid) {
  KEEP_ERRNO;
  return kill((pid_t)pid, 0) == 0 || errno == EPERM;
}

/* The name of the program, in parentheses, may have any characters. */
bool ms_os_process(uint32_t pid, struct ms_os_process *process) {
  char path[64], text[1024];
  snprintf(path, sizeof path, "/proc/%u/stat", pid);
  if (ms_os_read(path, text, sizeof text) <= 0)
    return false;
  const char *at = strrchr(text, ')');
  unsigned long long start;
  if (!at || sscanf(at, ") %*c %u %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d %*d %*d %llu",
                    &process->parent, &start) != 2)
    return false;
  process->start = start;
  return true;
}

uint32_t ms_os_thread_count(void) {
  KEEP_ERRNO;
  struct stat info;
  return stat("/proc/self/task", &info) == 0 && info.st_nlink > 2 ? (uint32_t)info.st_nlink - 2 : 0;
}

bool ms_os_thread_exists(uint32_t tid) {
  KEEP_ERRNO;
  return syscall(SYS_tgkill, getpid(), (pid_t)tid, 0) == 0 || errno != ESRCH;
}

/* The kernel gives each execution 16 random bytes. They are mixed, since the C library makes its secrets of them. */
uint32_t ms_os_process_token(void) {
  const uint8_t *bytes = (const uint8_t *)getauxval(AT_RANDOM);
  uint64_t hash = 0xcbf29ce484222325u; /* FNV-1a */
  for (int i = 0; bytes && i < 16; i++)
    hash = (hash ^ bytes[i]) * 0x100000001b3u;
  return (uint32_t)(hash >> 32);
}

void ms_os_pause(void) {
  KEEP_ERRNO;
  const struct timespec time = {0, MS_PAUSE_NS};
  syscall(SYS_nanosleep, &time, NULL); /* libc's is a cancellation point */
}

uint32_t ms_os_pid(void) { return (uint32_t)getpid(); }
uint32_t ms_os_parent_pid(void) { return (uint32_t)getppid(); }
uint32_t ms_os_tid(void) { return (uint32_t)syscall(SYS_gettid); }
uint32_t ms_os_page_size(void) { return (uint32_t)getauxval(AT_PAGESZ); }
bool ms_os_privileged(void) { return getauxval(AT_SECURE) != 0; }

bool ms_os_has_crc32c(void) {
#if defined(__aarch64__)
  return (getauxval(AT_HWCAP) & HWCAP_CRC32) != 0;
#else
  return __builtin_cpu_supports("sse4.2");
#endif
}

uint32_t ms_os_cores(void) {
  KEEP_ERRNO;
  long cores = sysconf(_SC_NPROCESSORS_ONLN);
  return cores > 0 ? (uint32_t)cores : 1;
}

extern void *__libc_stack_end; /* of the dynamic linker: where the kernel put the main thread's stack */

static uintptr_t main_stack_bytes = (uintptr_t)120 << 20;
static size_t thread_stack_bytes = (size_t)8 << 20; /* of threads that are given none of another size */

void ms_os_start(void) {
  struct rlimit limit;
  pthread_attr_t attributes;
  if (pthread_attr_init(&attributes) == 0) {
    (void)pthread_attr_getstacksize(&attributes, &thread_stack_bytes);
    pthread_attr_destroy(&attributes);
  }
  if (getrlimit(RLIMIT_STACK, &limit) != 0)
    return;
  uintptr_t most = (uintptr_t)1 << 30; /* where there is no limit */
  uintptr_t bytes = limit.rlim_cur < most ? (uintptr_t)limit.rlim_cur : most;
  if (bytes > main_stack_bytes)
    main_stack_bytes = bytes;
}

/* From where the kernel put it the main thread's stack grows, up to a limit that the program can change at any time.
 * But nothing else is put into the first 128 MiB, less what arguments and environment take, nor into what the limit
 * was at the program's start: where mappings begin is decided then. glibc reads /proc/self/maps with stdio, which
 * allocates from the program's heap. */
static void main_stack_bounds(uintptr_t *low, uintptr_t *high) {
  *high = (uintptr_t)__libc_stack_end + 64; /* _start's own few words lie above */
  *low = *high - main_stack_bytes;
}

/* The child of a fork in another thread goes on on that thread's stack. */
static bool on_main_stack(uintptr_t *low, uintptr_t *high) {
  uintptr_t here = (uintptr_t)__builtin_frame_address(0);
  main_stack_bounds(low, high);
  return ms_os_tid() == ms_os_pid() && here >= *low && here < *high;
}

bool ms_os_stack_bounds(uintptr_t *low, uintptr_t *high) {
  KEEP_ERRNO;
  if (on_main_stack(low, high))
    return true;
  *low = *high = 0;
  pthread_attr_t attributes;
  void *base;
  size_t bytes;
  if (pthread_getattr_np(pthread_self(), &attributes) != 0)
    return false;
  if (pthread_attr_getstack(&attributes, &base, &bytes) == 0) {
    *low = (uintptr_t)base;
    *high = (uintptr_t)base + bytes;
  }
  pthread_attr_destroy(&attributes);
  return *high != 0;
}

/* glibc keeps what it knows of a thread above its stack. The main thread may be on a fiber's just now. */
void ms_os_stack_bounds_unasked(uintptr_t *low, uintptr_t *high) {
  if (ms_os_tid() == ms_os_pid()) {
    main_stack_bounds(low, high);
    return;
  }
  *high = (uintptr_t)pthread_self();
  *low = *high - thread_stack_bytes;
}

bool ms_os_signal_stack(uintptr_t *low, uintptr_t *high) {
  KEEP_ERRNO;
  stack_t stack;
  if (sigaltstack(NULL, &stack) != 0 || (stack.ss_flags & SS_DISABLE))
    return false;
  *low = (uintptr_t)stack.ss_sp;
  *high = *low + stack.ss_size;
  return true;
}

/* One byte of each page is copied by the kernel, which stops at the first that it may not read. */
uintptr_t ms_os_readable_end(uintptr_t from, uint32_t pages) {
  KEEP_ERRNO;
  char copies[MS_PROBES_MAX];
  struct iovec there[MS_PROBES_MAX], here = {copies, pages};
  for (uint32_t i = 0; i < pages; i++)
    there[i] = (struct iovec){(void *)(from + i * MS_PROBE_BYTES), 1};
  ssize_t read = process_vm_readv((pid_t)ms_os_tid(), &here, 1, there, pages, 0); /* the main thread may have ended */
  return from + (read > 0 ? (uintptr_t)read * MS_PROBE_BYTES : 0);
}

bool ms_os_read_memory(uintptr_t address, uintptr_t *value) {
  KEEP_ERRNO;
  struct iovec there = {(void *)address, sizeof *value}, here = {value, sizeof *value};
  return process_vm_readv(getpid(), &here, 1, &there, 1, 0) == (ssize_t)sizeof *value;
}

static uint64_t nanoseconds(struct timeval time) {
  return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_usec * 1000u;
}

void ms_os_thread_usage(struct ms_os_usage *usage) {
  KEEP_ERRNO;
  struct rusage got = {0};
  (void)getrusage(RUSAGE_THREAD, &got); /* fails for a bad address only */
  *usage = (struct ms_os_usage){
      .user_ns = nanoseconds(got.ru_utime),
      .system_ns = nanoseconds(got.ru_stime),
      .minor_faults = (uint64_t)got.ru_minflt,
      .major_faults = (uint64_t)got.ru_majflt,
      .voluntary_switches = (uint64_t)got.ru_nvcsw,
      .involuntary_switches = (uint64_t)got.ru_nivcsw,
  };
}

void ms_os_thread_name(char *out, size_t capacity) {
  KEEP_ERRNO;
  char name[16] = "";
  prctl(PR_GET_NAME, name);
  snprintf(out, capacity, "%s", name);
}

uint64_t ms_os_random(void) {
  KEEP_ERRNO;
  uint64_t value;
  if (syscall(SYS_getrandom, &value, sizeof value, GRND_NONBLOCK) != (long)sizeof value)
    value = ms_os_realtime_ns() * 0x9e3779b97f4a7c15u ^ ms_os_pid();
  return value;
}

static uint64_t read_clock(clockid_t clock) {
  struct timespec now;
  clock_gettime(clock, &now);
  return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

uint64_t ms_os_monotonic_ns(void) { return read_clock(CLOCK_MONOTONIC); }
uint64_t ms_os_realtime_ns(void) { return read_clock(CLOCK_REALTIME); }
uint64_t ms_os_boottime_ns(void) { return read_clock(CLOCK_BOOTTIME); }

void ms_os_names(struct ms_os_names *out) {
  KEEP_ERRNO;
  struct utsname names;
  memset(out, 0, sizeof *out);
  if (uname(&names) == 0) {
    snprintf(out->host, sizeof out->host, "%s", names.nodename);
    snprintf(out->kernel, sizeof out->kernel, "%s %s %s", names.sysname, names.release, names.machine);
  }
  snprintf(out->libc, sizeof out->libc, "glibc %s", gnu_get_libc_version());
}

/* ---- modules ---- */

struct module_visit {
  bool (*visit)(const struct ms_os_module *, void *);
  void *context;
};

static void find_build_id(const struct dl_phdr_info *info, const ElfW(Phdr) * note, struct ms_os_module *module) {
  const char *at = (const char *)(info->dlpi_addr + note->p_vaddr), *end = at + note->p_memsz;
  while (at + sizeof(ElfW(Nhdr)) <= end) {
    const ElfW(Nhdr) *head = (const ElfW(Nhdr) *)(const void *)at;
    const char *name = at + sizeof *head, *value = name + ((head->n_namesz + 3u) & ~3u);
    if (value + head->n_descsz > end)
      return;
    if (head->n_type == NT_GNU_BUILD_ID && head->n_namesz == 4 && memcmp(name, "GNU", 4) == 0) {
      module->build_id = (const uint8_t *)value;
      module->build_id_bytes = head->n_descsz;
      return;
    }
    at = value + ((head->n_descsz + 3u) & ~3u);
  }
}

static int visit_module(struct dl_phdr_info *info, size_t size, void *context) {
  struct module_visit *outer = context;
  struct ms_os_module module = {.bias = info->dlpi_addr, .low = UINTPTR_MAX, .text_low = UINTPTR_MAX};
  module.path = info->dlpi_name ? info->dlpi_name : "";
  if (size >= offsetof(struct dl_phdr_info, dlpi_subs) + sizeof info->dlpi_subs)
    module.changes = 1 + info->dlpi_adds + info->dlpi_subs;
  for (int i = 0; i < info->dlpi_phnum; i++) {
    const ElfW(Phdr) *segment = &info->dlpi_phdr[i];
    uintptr_t begin = info->dlpi_addr + segment->p_vaddr, end = begin + segment->p_memsz;
    if (segment->p_type == PT_LOAD) {
      module.low = begin < module.low ? begin : module.low;
      module.high = end > module.high ? end : module.high;
      if (segment->p_flags & PF_X) {
        module.text_low = begin < module.text_low ? begin : module.text_low;
        module.text_high = end > module.text_high ? end : module.text_high;
      }
    } else if (segment->p_type == PT_NOTE && !module.build_id) {
      find_build_id(info, segment, &module);
    } else if (segment->p_type == PT_GNU_EH_FRAME) {
      module.unwind_table = (const void *)begin;
    }
  }
  if (module.high == 0)
    return 0;
  return outer->visit(&module, outer->context) ? 0 : 1; /* the vDSO has a name but no file */
}

const void *ms_os_unwind_table(uintptr_t address) {
#if __GLIBC_PREREQ(2, 35)
  struct dl_find_object found;
  return _dl_find_object((void *)address, &found) == 0 ? found.dlfo_eh_frame : NULL;
#else
  (void)address;
  return NULL;
#endif
}

bool ms_os_same_module(uintptr_t one, uintptr_t other) {
#if __GLIBC_PREREQ(2, 35)
  struct dl_find_object first, second;
  if (_dl_find_object((void *)one, &first) == 0 && _dl_find_object((void *)other, &second) == 0)
    return first.dlfo_link_map == second.dlfo_link_map;
#else
  (void)one, (void)other;
#endif
  return true;
}

bool ms_os_own_file(char *out, size_t capacity) {
  Dl_info info;
  if (dladdr((void *)(uintptr_t)ms_os_own_file, &info) == 0 || !info.dli_fname)
    return false;
  return snprintf(out, capacity, "%s", info.dli_fname) < (int)capacity;
}

void ms_os_modules(bool (*visit)(const struct ms_os_module *, void *), void *context) {
  KEEP_ERRNO;
  struct module_visit outer = {visit, context};
  dl_iterate_phdr(visit_module, &outer);
}

/* ---- programs ---- */

extern char **environ;

int ms_os_run(const char *const *arguments) {
  KEEP_ERRNO;
  pid_t child;
  int status = 0;
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, STDERR_FILENO, STDOUT_FILENO); /* stdout is the program's */
  int error = posix_spawnp(&child, arguments[0], &actions, NULL, (char *const *)(uintptr_t)arguments, environ);
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0)
    return -error;
  while (waitpid(child, &status, 0) < 0)
    if (errno != EINTR)
      return -errno;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* ---- libraries ---- */

/* Whether a loader has made this program. Without one, dlopen would bring a second libc. */
static bool has_loader(void) {
  const ElfW(Phdr) *segment = (const void *)getauxval(AT_PHDR);
  for (unsigned long i = 0; segment && i < getauxval(AT_PHNUM); i++)
    if (segment[i].p_type == PT_INTERP)
      return dlopen && dlsym && dlerror;
  return false;
}

void *ms_os_open_library(const char *name, char *reason, size_t capacity) {
  KEEP_ERRNO;
  if (!has_loader()) {
    snprintf(reason, capacity, "%s cannot be loaded: the program is linked statically", name);
    return NULL;
  }
  void *library = dlopen(name, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
  if (!library) {
    const char *text = dlerror(); /* and the program's next question finds nothing */
    snprintf(reason, capacity, "%s", text ? text : name);
  }
  return library;
}

void *ms_os_library_function(void *library, const char *name) {
  KEEP_ERRNO;
  void *function = dlsym(library, name);
  if (!function)
    (void)dlerror();
  return function;
}

/* ---- threads of our own ---- */

/* By hand and not by swapcontext, which makes system calls, and which AddressSanitizer warns of. The old stack pointer
 * waits in a register that the called function preserves. */
static void call_on(void *top, void (*run)(void *), void *argument) {
#if defined(__x86_64__)
  __asm__ volatile("movq %%rsp, %%rbx\n\t"
                   "movq %[top], %%rsp\n\t"
                   "callq *%[run]\n\t"
                   "movq %%rbx, %%rsp"
                   : "+D"(argument)
                   : [top] "r"(top), [run] "r"(run)
                   : "rbx", "rax", "rcx", "rdx", "rsi", "r8", "r9", "r10", "r11", "xmm0", "xmm1", "xmm2", "xmm3",
                     "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9", "xmm10", "xmm11", "xmm12", "xmm13", "xmm14",
                     "xmm15", "memory", "cc");
#elif defined(__aarch64__)
  register void *x0 __asm__("x0") = argument;
  __asm__ volatile("mov x19, sp\n\t"
                   "mov sp, %[top]\n\t"
                   "blr %[run]\n\t"
                   "mov sp, x19"
                   : "+r"(x0)
                   : [top] "r"(top), [run] "r"(run)
                   : "x1", "x2", "x3", "x4", "x5", "x6", "x7", "x8", "x9", "x10", "x11", "x12", "x13", "x14", "x15",
                     "x16", "x17", "x18", "x19", "x30", "v0", "v1", "v2", "v3", "v4", "v5", "v6", "v7", "v8", "v9",
                     "v10", "v11", "v12", "v13", "v14", "v15", "v16", "v17", "v18", "v19", "v20", "v21", "v22", "v23",
                     "v24", "v25", "v26", "v27", "v28", "v29", "v30", "v31", "memory", "cc");
#else
#error "os_linux.c: how to call on another stack is missing for this architecture"
#endif
}

int ms_os_run_on_stack(size_t bytes, void (*run)(void *), void *argument) {
  KEEP_ERRNO;
  unsigned char *stack = ms_os_map(bytes);
  if (!stack)
    return -ENOMEM;
  call_on(stack + bytes, run, argument); /* a page's end: aligned to 16, as both ABIs want it at a call */
  ms_os_unmap(stack, bytes);
  return 0;
}

/* The kernel's set of signals, which libc's calls do not give in full: they keep its own two out of it. */
#define BIT(signal) (1ull << ((signal)-1))
#define ERRORS (BIT(SIGSEGV) | BIT(SIGBUS) | BIT(SIGILL) | BIT(SIGFPE) | BIT(SIGTRAP) | BIT(SIGSYS))
#define OF_LIBC (BIT(32) | BIT(33)) /* to cancel a thread, and to change the user in all of them */

static uint64_t block_signals(uint64_t blocked) {
  uint64_t before = 0;
  syscall(SYS_rt_sigprocmask, SIG_BLOCK, &blocked, &before, sizeof blocked);
  return before;
}

uint64_t ms_os_hold_signals(void) {
  KEEP_ERRNO;
  return block_signals(~(ERRORS | OF_LIBC));
}

void ms_os_release_signals(uint64_t before) {
  KEEP_ERRNO;
  syscall(SYS_rt_sigprocmask, SIG_SETMASK, &before, NULL, sizeof before);
}

void ms_os_run_apart(void *stack, size_t bytes, void (*run)(void *), void *argument) {
  KEEP_ERRNO;
  uint64_t before = block_signals(~ERRORS);
  call_on((unsigned char *)stack + bytes, run, argument);
  ms_os_release_signals(before);
}

/* A thread of the kernel's alone: the C library does not know of it, and it has no thread-local memory but the
 * caller's. `run` never comes back from here in it. @return the kernel's answer, as from a system call. */
static long clone_on(void *top, void (*run)(void *), void *argument, _Atomic uint32_t *alive) {
  const unsigned long flags =
      CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM | CLONE_CHILD_CLEARTID;
#if defined(__x86_64__)
  register _Atomic uint32_t *r10 __asm__("r10") = alive;
  register void (*r12)(void *) __asm__("r12") = run;
  register void *r13 __asm__("r13") = argument;
  long result;
  __asm__ volatile("syscall\n\t"
                   "testq %%rax, %%rax\n\t"
                   "jnz 1f\n\t"
                   "xorl %%ebp, %%ebp\n\t"
                   "movq %%r13, %%rdi\n\t"
                   "callq *%%r12\n\t"
                   "xorl %%edi, %%edi\n\t"
                   "movl %[exit], %%eax\n\t"
                   "syscall\n"
                   "1:"
                   : "=a"(result)
                   : "a"(SYS_clone), "D"(flags), "S"(top), "d"(0), "r"(r10), "r"(r12), "r"(r13), [exit] "i"(SYS_exit)
                   : "rcx", "r11", "memory", "cc");
  return result;
#elif defined(__aarch64__)
  register unsigned long x0 __asm__("x0") = flags;
  register void *x1 __asm__("x1") = top, *x2 __asm__("x2") = NULL, *x3 __asm__("x3") = NULL;
  register _Atomic uint32_t *x4 __asm__("x4") = alive;
  register long x8 __asm__("x8") = SYS_clone;
  register void (*x20)(void *) __asm__("x20") = run;
  register void *x21 __asm__("x21") = argument;
  __asm__ volatile("svc #0\n\t"
                   "cbnz x0, 1f\n\t"
                   "mov x29, #0\n\t"
                   "mov x0, x21\n\t"
                   "blr x20\n\t"
                   "mov x0, #0\n\t"
                   "mov x8, %[exit]\n\t"
                   "svc #0\n"
                   "1:"
                   : "+r"(x0)
                   : "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x8), "r"(x20), "r"(x21), [exit] "i"(SYS_exit)
                   : "memory", "cc");
  return (long)x0;
#else
#error "os_linux.c: how to start a thread of the kernel's is missing for this architecture"
#endif
}

struct apart {
  void (*run)(void *);
  void *argument;
  bool done;
};

static void run_apart_from_descriptors(void *argument) {
  struct apart *apart = argument;
  if (ms_os_leave_descriptors() != 0)
    return;
  apart->run(apart->argument);
  apart->done = true;
  ms_os_own_descriptors = false; /* the caller's */
}

#define HELPER_STACK_BYTES ((size_t)256 * 1024)

void ms_os_run_with_own_descriptors(void (*run)(void *), void *argument) {
  KEEP_ERRNO;
  struct apart apart = {run, argument, ms_os_own_descriptors};
  unsigned char *stack = apart.done ? NULL : ms_os_map(HELPER_STACK_BYTES);
  if (stack) {
    _Atomic uint32_t alive = 1; /* 0 when the kernel has let go of the stack */
    uint64_t before = block_signals(~ERRORS);
    if (clone_on(stack + HELPER_STACK_BYTES, run_apart_from_descriptors, &apart, &alive) > 0)
      while (ms_load_acquire(&alive) != 0) /* no partner: the kernel's store, which comes last, ends the wait */
        syscall(SYS_futex, &alive, FUTEX_WAIT, 1, NULL, NULL, 0);
    ms_os_release_signals(before);
    ms_os_unmap(stack, HELPER_STACK_BYTES);
    ms_os_print_kept();
  }
  if (!stack || !apart.done)
    run(argument);
}

_Static_assert(sizeof(pthread_t) <= MS_OS_THREAD_WORDS * sizeof(uint64_t), "a handle holds a pthread_t");

int ms_os_start_thread(void *(*run)(void *), void *argument, uint64_t handle[MS_OS_THREAD_WORDS]) {
  KEEP_ERRNO;
  sigset_t all, before;
  pthread_t thread;
  pthread_attr_t attributes;
  sigfillset(&all);
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes,
                            HELPER_STACK_BYTES); /* by itself it is what RLIMIT_STACK says, however little */
  pthread_sigmask(SIG_SETMASK, &all, &before);   /* the program's signals are for the program's threads */
  int error = -pthread_create(&thread, &attributes, run, argument);
  if (error == -EINVAL) /* thread-local variables, which lie in the stack, take more */
    error = -pthread_create(&thread, NULL, run, argument);
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  pthread_attr_destroy(&attributes);
  if (error == 0)
    memcpy(handle, &thread, sizeof thread);
  return error;
}

void ms_os_join_thread(const uint64_t handle[MS_OS_THREAD_WORDS]) {
  KEEP_ERRNO;
  pthread_t thread;
  int state;
  memcpy(&thread, handle, sizeof thread);
  pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &state);
  pthread_join(thread, NULL);
  pthread_setcancelstate(state, &state);
}
