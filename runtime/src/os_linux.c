/* SPDX-License-Identifier: Apache-2.0
 *
 * os_linux.c: os.h on Linux with glibc. Files are opened, used and closed again in each call: a run holds no file
 * descriptor, so that ten thousand threads need none, and a program that closes or reuses descriptors it does not know
 * (daemons do) can neither stop the recording nor find its own files overwritten.
 */
#define _GNU_SOURCE
#include "os.h"

#include <dirent.h>
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <gnu/libc-version.h>
#include <link.h>
#include <pthread.h>
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
#include <sys/utsname.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define KEEP_ERRNO __attribute__((cleanup(restore_errno), unused)) int saved_errno = errno

static void restore_errno(int *saved) { errno = *saved; }

/* ---- memory ---- */

void *ms_os_map(size_t bytes) {
  KEEP_ERRNO;
  void *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (memory == MAP_FAILED)
    return NULL;
  /* Our tables would only make the program's core dumps larger. */
  madvise(memory, bytes, MADV_DONTDUMP);
  return memory;
}

volatile unsigned char *ms_os_fork_witness(void) {
  KEEP_ERRNO;
  static unsigned char always = 1; /* before Linux 4.14: forks that libc does not see go unnoticed */
  unsigned char *page = ms_os_map(ms_os_page_size());
  if (!page || madvise(page, ms_os_page_size(), MADV_WIPEONFORK) != 0)
    return &always;
  page[0] = 1;
  return page;
}

void ms_os_unmap(void *memory, size_t bytes) {
  KEEP_ERRNO;
  if (memory)
    munmap(memory, bytes);
}

void ms_os_zero(void *memory, size_t bytes) {
  KEEP_ERRNO;
  madvise(memory, bytes, MADV_DONTNEED);
}

/* ---- files ---- */

static int open_existing(const char *path, int flags) { return open(path, flags | O_NOFOLLOW | O_CLOEXEC); }

int ms_os_create(const char *path) {
  KEEP_ERRNO;
  int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (fd < 0)
    return -errno;
  close(fd);
  return 0;
}

int ms_os_reserve(const char *path, size_t bytes) {
  KEEP_ERRNO;
  int fd = open_existing(path, O_RDWR);
  if (fd < 0)
    return -errno;
  int error = -posix_fallocate(fd, 0, (off_t)bytes);
  close(fd);
  return error;
}

void *ms_os_map_file(const char *path, size_t bytes) {
  KEEP_ERRNO;
  int fd = open_existing(path, O_RDWR);
  if (fd < 0)
    return NULL;
  void *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  close(fd);
  if (memory == MAP_FAILED)
    return NULL;
  return memory;
}

int ms_os_write_at(const char *path, const void *data, size_t bytes, uint64_t offset) {
  KEEP_ERRNO;
  int fd = open_existing(path, O_WRONLY);
  if (fd < 0)
    return -errno;
  const char *from = data;
  int error = 0;
  while (bytes > 0) {
    ssize_t written = pwrite(fd, from, bytes, (off_t)offset);
    if (written < 0 && errno == EINTR)
      continue;
    if (written <= 0) {
      error = written < 0 ? -errno : -ENOSPC;
      break;
    }
    from += written, offset += (uint64_t)written, bytes -= (size_t)written;
  }
  close(fd);
  return error;
}

int ms_os_append(const char *path, const void *data, size_t bytes) {
  KEEP_ERRNO;
  int fd = open_existing(path, O_WRONLY | O_APPEND);
  if (fd < 0)
    return -errno;
  ssize_t written;
  do
    written = write(fd, data, bytes);
  while (written < 0 && errno == EINTR);
  int error = written < 0 ? -errno : (size_t)written < bytes ? -ENOSPC : 0;
  close(fd);
  return error;
}

long ms_os_read(const char *path, char *buffer, size_t capacity) {
  KEEP_ERRNO;
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0)
    return -errno;
  size_t size = 0;
  long result = 0;
  while (size < capacity - 1) {
    ssize_t got = read(fd, buffer + size, capacity - 1 - size);
    if (got < 0 && errno == EINTR)
      continue;
    if (got < 0)
      result = -errno;
    if (got <= 0)
      break;
    size += (size_t)got;
  }
  close(fd);
  buffer[size] = 0;
  return result < 0 ? result : (long)size;
}

long ms_os_read_at(const char *path, void *buffer, size_t capacity, uint64_t offset) {
  KEEP_ERRNO;
  int fd = open_existing(path, O_RDONLY);
  if (fd < 0)
    return -errno;
  ssize_t got = pread(fd, buffer, capacity, (off_t)offset);
  long result = got < 0 ? -errno : got;
  close(fd);
  return result;
}

int ms_os_read_link(const char *path, char *buffer, size_t capacity) {
  KEEP_ERRNO;
  ssize_t size = readlink(path, buffer, capacity - 1);
  buffer[size < 0 ? 0 : size] = 0;
  return size < 0 ? -errno : 0;
}

/* ---- directories ---- */

int ms_os_make_directory(const char *path) {
  KEEP_ERRNO;
  char partial[MS_PATH_MAX];
  size_t length = strlen(path);
  if (length >= sizeof partial)
    return -ENAMETOOLONG;
  memcpy(partial, path, length + 1);
  for (char *slash = partial + 1; *slash; slash++)
    if (*slash == '/') {
      *slash = 0;
      if (mkdir(partial, 0700) < 0 && errno != EEXIST)
        return -errno;
      *slash = '/';
    }
  if (mkdir(partial, 0700) == 0)
    return 0;
  struct stat info;
  int error = errno;
  if (error == EEXIST && stat(partial, &info) == 0)
    return S_ISDIR(info.st_mode) ? 0 : -ENOTDIR;
  return -error;
}

/* The raw system call: opendir allocates, and it would be the program's allocator that it asks. */
int ms_os_list(const char *path, void (*visit)(const char *name, void *), void *context) {
  KEEP_ERRNO;
  struct entry {
    uint64_t inode;
    int64_t offset;
    uint16_t record_bytes;
    uint8_t type;
    char name[];
  };
  _Alignas(struct entry) char buffer[8192];
  int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0)
    return -errno;
  long got;
  while ((got = syscall(SYS_getdents64, fd, buffer, sizeof buffer)) > 0)
    for (long at = 0; at < got;) {
      struct entry *entry = (struct entry *)(void *)(buffer + at);
      if (strcmp(entry->name, ".") != 0 && strcmp(entry->name, "..") != 0)
        visit(entry->name, context);
      at += entry->record_bytes;
    }
  int error = got < 0 ? -errno : 0;
  close(fd);
  return error;
}

struct search {
  const char *prefix;
  bool found;
};

static void match_prefix(const char *name, void *context) {
  struct search *search = context;
  if (strncmp(name, search->prefix, strlen(search->prefix)) == 0)
    search->found = true;
}

bool ms_os_directory_has(const char *path, const char *prefix) {
  struct search search = {prefix, false};
  return ms_os_list(path, match_prefix, &search) == 0 && search.found;
}

int ms_os_move_file(const char *directory, const char *name, const char *to) {
  KEEP_ERRNO;
  char from[2 * MS_PATH_MAX], target[2 * MS_PATH_MAX];
  snprintf(from, sizeof from, "%s/%s", directory, name);
  snprintf(target, sizeof target, "%s/%s", to ? to : "", name);
  int failed = to ? rename(from, target) : unlink(from);
  return failed ? -errno : 0;
}

int ms_os_absolute(const char *path, char *out, size_t capacity) {
  KEEP_ERRNO;
  char here[MS_PATH_MAX] = "";
  if (path[0] != '/' && !getcwd(here, sizeof here))
    return -errno;
  int size = snprintf(out, capacity, "%s%s%s", here, path[0] != '/' ? "/" : "", path);
  if (size < 0 || (size_t)size >= capacity)
    return -ENAMETOOLONG;
  while (size > 1 && out[size - 1] == '/') /* "dir/" and "dir" are one directory, and one `.old` */
    out[--size] = 0;
  return 0;
}

/* ---- process and thread ---- */

bool ms_os_process_exists(uint32_t pid) {
  KEEP_ERRNO;
  return kill((pid_t)pid, 0) == 0 || errno == EPERM;
}

uint32_t ms_os_pid(void) { return (uint32_t)getpid(); }
uint32_t ms_os_parent_pid(void) { return (uint32_t)getppid(); }
uint32_t ms_os_tid(void) { return (uint32_t)syscall(SYS_gettid); }
uint32_t ms_os_page_size(void) { return (uint32_t)getauxval(AT_PAGESZ); }
bool ms_os_privileged(void) { return getauxval(AT_SECURE) != 0; }

uint32_t ms_os_cores(void) {
  KEEP_ERRNO;
  long cores = sysconf(_SC_NPROCESSORS_ONLN);
  return cores > 0 ? (uint32_t)cores : 1;
}

extern void *__libc_stack_end; /* of the dynamic linker: where the kernel put the main thread's stack */

/* glibc reads /proc/self/maps with stdio for the main thread, which allocates from the program's heap. */
static void main_stack_bounds(uintptr_t *low, uintptr_t *high) {
  struct rlimit limit;
  uintptr_t size = 1u << 30; /* where there is no limit */
  if (getrlimit(RLIMIT_STACK, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY)
    size = (uintptr_t)limit.rlim_cur;
  *high = (uintptr_t)__libc_stack_end + 64; /* _start's own few words lie above */
  *low = *high > size ? *high - size : 0;
}

bool ms_os_stack_bounds(uintptr_t *low, uintptr_t *high) {
  KEEP_ERRNO;
  *low = *high = 0;
  if (ms_os_tid() == ms_os_pid()) {
    main_stack_bounds(low, high);
    return true;
  }
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

void ms_os_thread_name(char *out, size_t capacity) {
  KEEP_ERRNO;
  char name[16] = "";
  prctl(PR_GET_NAME, name);
  snprintf(out, capacity, "%s", name);
}

uint64_t ms_os_random(void) {
  KEEP_ERRNO;
  uint64_t value;
  if (getrandom(&value, sizeof value, GRND_NONBLOCK) != (ssize_t)sizeof value)
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
  void (*visit)(const struct ms_os_module *, void *);
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
  (void)size;
  struct module_visit *outer = context;
  struct ms_os_module module = {.bias = info->dlpi_addr, .low = UINTPTR_MAX, .text_low = UINTPTR_MAX};
  char own_path[MS_PATH_MAX];
  module.path = info->dlpi_name ? info->dlpi_name : "";
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
  /* The loader knows the executable by no name; /proc does. The vDSO has a name but no file. */
  if (module.path[0] == 0 && ms_os_read_link("/proc/self/exe", own_path, sizeof own_path) == 0)
    module.path = own_path;
  outer->visit(&module, outer->context);
  return 0;
}

void ms_os_modules(void (*visit)(const struct ms_os_module *, void *), void *context) {
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
  int error = posix_spawnp(&child, arguments[0], NULL, NULL, (char *const *)(uintptr_t)arguments, environ);
  if (error != 0)
    return -error;
  while (waitpid(child, &status, 0) < 0)
    if (errno != EINTR)
      return -errno;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* ---- threads of our own ---- */

_Static_assert(sizeof(pthread_t) <= MS_OS_THREAD_WORDS * sizeof(uint64_t), "a handle holds a pthread_t");

int ms_os_start_thread(void *(*run)(void *), void *argument, uint64_t handle[MS_OS_THREAD_WORDS]) {
  KEEP_ERRNO;
  sigset_t all, before;
  pthread_t thread;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before); /* the program's signals are for the program's threads */
  int error = -pthread_create(&thread, NULL, run, argument);
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  if (error == 0)
    memcpy(handle, &thread, sizeof thread);
  return error;
}

void ms_os_join_thread(const uint64_t handle[MS_OS_THREAD_WORDS]) {
  KEEP_ERRNO;
  pthread_t thread;
  memcpy(&thread, handle, sizeof thread);
  pthread_join(thread, NULL);
}
