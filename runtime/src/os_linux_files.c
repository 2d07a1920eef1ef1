/* SPDX-License-Identifier: Apache-2.0
 *
 * os_linux_files.c: os.h's files and directories. A file is opened, used and closed again in each call: a run holds no
 * descriptor, so that ten thousand threads need none, and a program that closes or reuses descriptors it does not know
 * (daemons do) can neither stop the recording nor find its own files overwritten.
 *
 * All of it by raw system calls: libc's wrappers are cancellation points, and malloc is none. Nothing is written beyond
 * RLIMIT_FSIZE, where the kernel would send SIGXFSZ to a program that has written nothing itself.
 */
#define _GNU_SOURCE
#include "os.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "atomics.h"
#include "os_linux.h"
#include "own_io.h"

/* ---- system calls that are no cancellation points ---- */

/* Repeats a system call that a signal has interrupted: the program may have handlers without SA_RESTART. */
#define REPEATED(call)                                                                                                 \
  ({                                                                                                                   \
    long result;                                                                                                       \
    do                                                                                                                 \
      result = (call);                                                                                                 \
    while (result < 0 && errno == EINTR);                                                                              \
    result;                                                                                                            \
  })

/* Whatever stands in a file's place, a pipe or a terminal, is not waited for. */
static int sys_open(const char *path, int flags) {
  return (int)REPEATED(syscall(SYS_openat, AT_FDCWD, path, flags | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0600));
}

static void sys_close(int fd) { syscall(SYS_close, fd); }

static long sys_read(int fd, void *buffer, size_t bytes) {
  long got = REPEATED(syscall(SYS_read, fd, buffer, bytes));
  ms_own_io_read(got);
  return got;
}

static long sys_pread(int fd, void *buffer, size_t bytes, uint64_t offset) {
  long got = REPEATED(syscall(SYS_pread64, fd, buffer, bytes, offset));
  ms_own_io_read(got);
  return got;
}

static long sys_write(int fd, const void *data, size_t bytes) {
  long written = REPEATED(syscall(SYS_write, fd, data, bytes));
  ms_own_io_wrote(written);
  return written;
}

static long sys_pwrite(int fd, const void *data, size_t bytes, uint64_t offset) {
  long written = REPEATED(syscall(SYS_pwrite64, fd, data, bytes, offset));
  ms_own_io_wrote(written);
  return written;
}

static bool beyond_limit(uint64_t end) {
  struct rlimit limit;
  return getrlimit(RLIMIT_FSIZE, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY && end > limit.rlim_cur;
}

/* ---- a file is opened, used and closed again ----
 *
 * For that moment the program has a descriptor less. Where it has few, another thread's open() could fail by it, so it
 * is done in a table of its own then. */

#define SPARE_DESCRIPTORS 64u

static atomic_uint descriptors_seen; /* those that the program was known to have, at least */

bool ms_os_descriptors_are_few(void) {
  KEEP_ERRNO;
  struct rlimit limit;
  return !ms_os_own_descriptors && getrlimit(RLIMIT_NOFILE, &limit) == 0 &&
         limit.rlim_cur < (rlim_t)ms_load_relaxed(&descriptors_seen) + SPARE_DESCRIPTORS; /* relaxed: a number alone */
}

/* The lowest number that is free is given out: all below it are in use. */
static void note_descriptor(int fd) {
  if (!ms_os_own_descriptors && fd >= 0)
    ms_store_relaxed(&descriptors_seen, (unsigned)fd);
}

struct use {
  const char *path;
  int flags;
  long (*use)(int fd, void *context); /* NULL: it need only be there. @return what is given back, or -errno */
  void *context;
  long result;
};

static void open_and_use(void *argument) {
  struct use *use = argument;
  int fd = sys_open(use->path, use->flags);
  use->result = fd < 0 ? -errno : 0;
  if (fd < 0)
    return;
  note_descriptor(fd);
  if (use->use)
    use->result = use->use(fd, use->context);
  sys_close(fd);
}

static long use_file(const char *path, int flags, long (*function)(int, void *), void *context) {
  KEEP_ERRNO;
  struct use use = {path, flags, function, context, -EMFILE};
  if (!ms_os_descriptors_are_few())
    open_and_use(&use);
  if (use.result == -EMFILE)
    ms_os_run_with_own_descriptors(open_and_use, &use);
  return use.result;
}

#define NEW_FILE (O_CREAT | O_EXCL | O_NOFOLLOW)

/* ---- files ---- */

struct bytes {
  void *data;
  size_t bytes;
  uint64_t offset;
};

int ms_os_create(const char *path) { return (int)use_file(path, O_WRONLY | NEW_FILE, NULL, NULL); }

static int write_all(int fd, const void *data, size_t bytes, uint64_t offset) {
  if (beyond_limit(offset + bytes))
    return -EFBIG;
  for (const char *from = data; bytes > 0;) {
    long written = sys_pwrite(fd, from, bytes, offset);
    if (written <= 0)
      return written < 0 ? -errno : -ENOSPC;
    from += written;
    offset += (uint64_t)written;
    bytes -= (size_t)written;
  }
  return 0;
}

/* For file systems without fallocate: zeros behind what is there. */
static int reserve_by_writing(int fd, size_t bytes) {
  static const char zeros[4096];
  struct stat info;
  if (fstat(fd, &info) != 0)
    return -errno;
  int error = 0;
  for (size_t at = (size_t)info.st_size; error == 0 && at < bytes; at += sizeof zeros)
    error = write_all(fd, zeros, bytes - at < sizeof zeros ? bytes - at : sizeof zeros, at);
  return error;
}

static int reserve(int fd, size_t bytes) {
  if (beyond_limit(bytes))
    return -EFBIG;
  int error = REPEATED(syscall(SYS_fallocate, fd, 0, (off_t)0, (off_t)bytes)) == 0 ? 0 : -errno;
  return error == -EOPNOTSUPP || error == -ENOSYS ? reserve_by_writing(fd, bytes) : error;
}

static void *map_shared(int fd, size_t bytes) {
  /* By the C library: the caller has said that its calls are ours (preloading.h), and a test may refuse it. */
  void *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  return memory == MAP_FAILED ? NULL : memory;
}

static long map_bytes(int fd, void *context) {
  struct bytes *wanted = context;
  wanted->data = map_shared(fd, wanted->bytes);
  return 0;
}

static long reserve_and_map(int fd, void *context) {
  struct bytes *wanted = context;
  int error = reserve(fd, wanted->bytes);
  if (error == 0)
    wanted->data = map_shared(fd, wanted->bytes);
  return error == 0 && !wanted->data && errno == ENOMEM ? -ENOMEM : error;
}

int ms_os_create_mapped(const char *path, size_t bytes, void **memory) {
  struct bytes wanted = {NULL, bytes, 0};
  int error = (int)use_file(path, O_RDWR | NEW_FILE, reserve_and_map, &wanted);
  *memory = wanted.data;
  if (error != 0 && error != -EEXIST)
    ms_os_remove(path);
  return error;
}

void *ms_os_grow_mapped(const char *path, size_t bytes) {
  struct bytes wanted = {NULL, bytes, 0};
  (void)use_file(path, O_RDWR | O_NOFOLLOW, reserve_and_map, &wanted);
  return wanted.data;
}

void *ms_os_map_file(const char *path, size_t bytes) {
  struct bytes wanted = {NULL, bytes, 0};
  (void)use_file(path, O_RDWR | O_NOFOLLOW, map_bytes, &wanted);
  return wanted.data;
}

static long write_bytes(int fd, void *context) {
  const struct bytes *bytes = context;
  return write_all(fd, bytes->data, bytes->bytes, bytes->offset);
}

int ms_os_write_at(const char *path, const void *data, size_t bytes, uint64_t offset) {
  struct bytes given = {(void *)(uintptr_t)data, bytes, offset};
  return (int)use_file(path, O_WRONLY | O_NOFOLLOW, write_bytes, &given);
}

static long append_bytes(int fd, void *context) {
  const struct bytes *bytes = context;
  struct stat info;
  if (beyond_limit(0) || (fstat(fd, &info) == 0 && beyond_limit((uint64_t)info.st_size + bytes->bytes)))
    return -EFBIG;
  long written = sys_write(fd, bytes->data, bytes->bytes);
  return written < 0 ? -errno : (size_t)written < bytes->bytes ? -ENOSPC : 0;
}

int ms_os_append(const char *path, const void *data, size_t bytes) {
  struct bytes given = {(void *)(uintptr_t)data, bytes, 0};
  return (int)use_file(path, O_WRONLY | O_APPEND | O_NOFOLLOW, append_bytes, &given);
}

static long read_text(int fd, void *context) {
  const struct bytes *text = context;
  char *buffer = text->data;
  size_t size = 0;
  long got = 1;
  while (size < text->bytes - 1 && (got = sys_read(fd, buffer + size, text->bytes - 1 - size)) > 0)
    size += (size_t)got;
  buffer[size] = 0;
  return got < 0 ? -errno : (long)size;
}

long ms_os_read(const char *path, char *buffer, size_t capacity) {
  struct bytes text = {buffer, capacity, 0};
  return use_file(path, O_RDONLY, read_text, &text);
}

static long read_text_once(int fd, void *context) {
  const struct bytes *text = context;
  long got = sys_read(fd, text->data, text->bytes - 1);
  ((char *)text->data)[got < 0 ? 0 : got] = 0;
  return got < 0 ? -errno : got;
}

long ms_os_read_once(const char *path, char *buffer, size_t capacity) {
  struct bytes text = {buffer, capacity, 0};
  return use_file(path, O_RDONLY, read_text_once, &text);
}

static long read_bytes(int fd, void *context) {
  const struct bytes *bytes = context;
  long got = sys_pread(fd, bytes->data, bytes->bytes, bytes->offset);
  return got < 0 ? -errno : got;
}

long ms_os_read_at(const char *path, void *buffer, size_t capacity, uint64_t offset) {
  struct bytes wanted = {buffer, capacity, offset};
  return use_file(path, O_RDONLY | O_NOFOLLOW, read_bytes, &wanted);
}

struct named {
  const char *wanted;
  char *out;
  size_t capacity;
};

static long find_named(int fd, void *context) {
  const struct named *named = context;
  char text[8192];
  const char *found = NULL;
  long got;
  while (!found && (got = sys_read(fd, text, sizeof text - 1)) > 0) { /* whole lines, each time */
    text[got] = 0;
    found = strstr(text, named->wanted);
  }
  if (!found)
    return -ENOENT;
  found += strlen(named->wanted);
  snprintf(named->out, named->capacity, "%.*s", (int)strcspn(found, " \n"), found);
  return 0;
}

bool ms_os_find_named(uint32_t pid, const char *prefix, char *out, size_t capacity) {
  char path[64], wanted[128];
  snprintf(path, sizeof path, "/proc/%u/maps", pid);
  snprintf(wanted, sizeof wanted, "/memfd:%s", prefix);
  struct named named = {wanted, out, capacity};
  return use_file(path, O_RDONLY, find_named, &named) == 0;
}

int ms_os_keep_open(const char *path) {
  KEEP_ERRNO;
  int fd = sys_open(path, O_RDONLY);
  return fd < 0 ? -errno : fd;
}

long ms_os_read_kept(int handle, char *buffer, size_t capacity) {
  KEEP_ERRNO;
  long got = sys_pread(handle, buffer, capacity - 1, 0), result = got < 0 ? -errno : got; /* /proc gives all at once */
  buffer[got < 0 ? 0 : got] = 0;
  return result;
}

void ms_os_close_kept(int handle) {
  KEEP_ERRNO;
  sys_close(handle);
}

unsigned ms_os_kept_max(void) {
  KEEP_ERRNO;
  struct rlimit limit;
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur <= 64)
    return 0;
  return limit.rlim_cur > 1u << 20 ? 1u << 20 : (unsigned)limit.rlim_cur - 64;
}

void ms_os_remove(const char *path) {
  KEEP_ERRNO;
  (void)unlink(path);
}

int ms_os_read_link(const char *path, char *buffer, size_t capacity) {
  KEEP_ERRNO;
  ssize_t size = readlink(path, buffer, capacity - 1);
  buffer[size < 0 ? 0 : size] = 0;
  return size < 0 ? -errno : 0;
}

/* The former is empty once the main thread has ended; an emulator has only that. */
bool ms_os_executable(char *out, size_t capacity) {
  return ms_os_read_link("/proc/self/exe", out, capacity) == 0 ||
         ms_os_read_link("/proc/thread-self/exe", out, capacity) == 0;
}

bool ms_os_exists(const char *path) {
  KEEP_ERRNO;
  return access(path, F_OK) == 0;
}

static struct {
  _Atomic int state; /* of `text`: nothing there, somebody at it, a line there */
  size_t bytes;
  char text[1024];
} kept;
enum { EMPTY, AT_WORK, FULL };

static void keep_line(const char *text, size_t bytes) {
  int state = EMPTY;
  if (bytes > sizeof kept.text || !ms_cas_acq_rel(&kept.state, &state, AT_WORK)) /* A9: pairs with R9 */
    return;
  memcpy(kept.text, text, bytes);
  kept.bytes = bytes;
  ms_store_release(&kept.state, FULL); /* R9: the line; pairs with A9 in ms_os_print_kept */
}

/* The signals of a write that fails; this thread's, and taken back unless the program had one waiting. */
static void print(const char *text, size_t bytes) {
  KEEP_ERRNO;
  const uint64_t failures = 1ull << (SIGPIPE - 1) | 1ull << (SIGXFSZ - 1);
  const struct timespec now = {0, 0};
  uint64_t waiting = 0, before = ms_os_hold_signals();
  (void)syscall(SYS_rt_sigpending, &waiting, sizeof waiting);
  if (syscall(SYS_write, STDERR_FILENO, text, bytes) < 0 && (errno == EPIPE || errno == EFBIG) &&
      (waiting & failures) == 0)
    (void)syscall(SYS_rt_sigtimedwait, &failures, NULL, &now, sizeof failures);
  ms_os_release_signals(before);
}

void ms_os_print(const char *text, size_t bytes) {
  if (ms_os_own_descriptors)
    keep_line(text, bytes);
  else
    print(text, bytes);
}

void ms_os_print_kept(void) {
  int state = FULL;
  if (ms_os_own_descriptors || !ms_cas_acq_rel(&kept.state, &state, AT_WORK)) /* A9: pairs with R9 in keep_line */
    return;
  print(kept.text, kept.bytes);
  ms_store_release(&kept.state, EMPTY); /* R9: it is written; pairs with A9 in keep_line */
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

struct listing {
  void (*visit)(const char *name, void *);
  void *context;
};

/* The raw system call: opendir allocates, and it would be the program's allocator that it asks. */
static long list_directory(int fd, void *context) {
  const struct listing *listing = context;
  struct entry {
    uint64_t inode;
    int64_t offset;
    uint16_t record_bytes;
    uint8_t type;
    char name[];
  };
  _Alignas(struct entry) char buffer[8192];
  long got;
  while ((got = syscall(SYS_getdents64, fd, buffer, sizeof buffer)) > 0)
    for (long at = 0; at < got;) {
      struct entry *entry = (struct entry *)(void *)(buffer + at);
      if (strcmp(entry->name, ".") != 0 && strcmp(entry->name, "..") != 0)
        listing->visit(entry->name, listing->context);
      at += entry->record_bytes;
    }
  return got < 0 ? -errno : 0;
}

int ms_os_list(const char *path, void (*visit)(const char *name, void *), void *context) {
  struct listing listing = {visit, context};
  return (int)use_file(path, O_RDONLY | O_DIRECTORY, list_directory, &listing);
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

int ms_os_lock_directory(const char *path) {
  KEEP_ERRNO;
  int fd = sys_open(path, O_RDONLY | O_DIRECTORY);
  note_descriptor(fd);
  /* Refused by the file system: as good as it was without. */
  for (int looks = 0;
       fd >= 0 && looks < 40000 && syscall(SYS_flock, fd, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK;)
    looks++, ms_os_pause();
  return fd;
}

void ms_os_unlock_directory(int lock) {
  KEEP_ERRNO;
  if (lock >= 0)
    sys_close(lock);
}

/* ---- tables of descriptors ---- */

_Thread_local bool ms_os_own_descriptors __attribute__((tls_model("initial-exec")));

bool ms_os_descriptors_are_own(void) { return ms_os_own_descriptors; }

int ms_os_leave_descriptors(void) {
  KEEP_ERRNO;
#if defined(SYS_close_range)
  const unsigned unshare = 1u << 1; /* CLOSE_RANGE_UNSHARE */
  if (syscall(SYS_close_range, 0u, ~0u, unshare) != 0)
    return -errno;
  ms_os_own_descriptors = true;
  return 0;
#else
  return -ENOSYS;
#endif
}
