/* SPDX-License-Identifier: Apache-2.0
 *
 * os.h: the primitives the runtime needs of the operating system; os_linux.c has them for Linux. A port is one more
 * file.
 *
 * Common to all: errno is left as it was, any thread, no cancellation point, no allocation (but what the C library
 * allocates for a new thread, and to tell a thread's stack), and paths are
 * absolute and zero-terminated. Functions that return int give 0 or a negative errno. None is called on the ordinary
 * hot path.
 */
#ifndef MS_OS_H
#define MS_OS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MS_PATH_MAX 4096

/** Reserves zeroed private memory, committed when touched. @return NULL when the system refuses. */
void *ms_os_map(size_t bytes);
/** From now on such memory is asked of the kernel alone: a preloaded mmap would take it for the program's. */
void ms_os_map_past_preloaded(void);
/** Gives memory of ms_os_map or ms_os_map_file back. */
void ms_os_unmap(void *memory, size_t bytes);
/** Makes room for `needed` items in an array in memory of ms_os_map, moving it when it must. An empty array is NULL
 * with capacity 0. @return false when the system refuses; then it is what it was. */
bool ms_os_room(void **items, size_t *capacity, size_t item_bytes, size_t needed);
/** Returns zeroed memory that will be zero again in every child that this process forks, however it does that. @return
 * NULL where the system has no such thing. */
void *ms_os_wiped_in_children(void);
/** Asks for large pages in memory of ms_os_map. */
void ms_os_prefer_huge_pages(void *memory, size_t bytes);
/** Puts private memory with the same content in the place of a shared mapping. @return false when the system refuses.
 */
bool ms_os_make_private(void *memory, size_t bytes);
/** Makes private memory of ms_os_map zero again, without giving up its place. */
void ms_os_zero(void *memory, size_t bytes);

/** Creates `path` (mode 0600, never following a link). @return -EEXIST when it is there. */
int ms_os_create(const char *path);
/** Creates `path` as ms_os_create does, has the disk keep `bytes` for it, and maps them, shared and writable: `*memory`
 * is NULL where the file system cannot do that. Where it is not created there is nothing left of it. */
int ms_os_create_mapped(const char *path, size_t bytes, void **memory);
/** Sets the size of an existing file, has the disk keep the space, so that a mapped store cannot fail later, and maps
 * it, shared and writable. @return NULL where that cannot be done. */
void *ms_os_grow_mapped(const char *path, size_t bytes);
/** Maps the first `bytes` of a file, shared and writable. @return NULL where the file system cannot do it. */
void *ms_os_map_file(const char *path, size_t bytes);
/** Writes `bytes` at `offset` of a file; all of it or an error. */
int ms_os_write_at(const char *path, const void *data, size_t bytes, uint64_t offset);
/** Appends with a single write; all of it or an error. */
int ms_os_append(const char *path, const void *data, size_t bytes);
void ms_os_remove(const char *path);
/** Reads a whole small file, as /proc has them, up to capacity - 1 bytes and a terminator. @return bytes or negative.
 */
long ms_os_read(const char *path, char *buffer, size_t capacity);
/** The same for a file that gives all with its first read, as a thread's files do. */
long ms_os_read_once(const char *path, char *buffer, size_t capacity);
/** Reads up to `capacity` bytes at `offset`. @return bytes, 0 at the end, or negative. */
long ms_os_read_at(const char *path, void *buffer, size_t capacity, uint64_t offset);
/** Returns whether there is something of that name. */
bool ms_os_exists(const char *path);
/** Opens a file of /proc to read it again and again; only in a thread that has left the program's descriptors. @return
 * a handle, or negative. */
int ms_os_keep_open(const char *path);
/** Reads it from its beginning, as ms_os_read does. */
long ms_os_read_kept(int handle, char *buffer, size_t capacity);
void ms_os_close_kept(int handle);
/** Returns how many files a thread may keep open. */
unsigned ms_os_kept_max(void);
/** Copies the target of a symbolic link. @return 0 or a negative errno. */
int ms_os_read_link(const char *path, char *buffer, size_t capacity);

/** Returns what a negative errno means, in English: no language is looked up, which could allocate. */
const char *ms_os_error_text(int error);

/** Writes to stderr. Where nobody listens, or a limit is reached, the program gets no signal of it. A thread that has
 * left the program's descriptors cannot: one line of it is kept for ms_os_print_kept. */
void ms_os_print(const char *text, size_t bytes);
/** Writes what was kept. In a thread with the program's descriptors. */
void ms_os_print_kept(void);

/** Waits until no other process holds the directory's lock, for two seconds at most, and takes it: one that was stopped
 * with it must not stop us. @return a handle for unlock; negative where there is none. */
int ms_os_lock_directory(const char *path);
void ms_os_unlock_directory(int lock);

/** Gives the calling thread a table of file descriptors of its own, empty: what it opens takes no number from the
 * program, and no file of the program is kept open by it. @return 0 or a negative errno: it shares the program's. */
int ms_os_leave_descriptors(void);

/** Calls `run` while nothing that it opens takes a number from the program: in a thread that has a table of its own,
 * for which the calling one waits with its signals kept away. Where there is no such thread to be had, in the calling
 * one. For the time of the call the two are one thread, but for the kernel: `run` asks for no thread id. Cost: 30 us.
 */
void ms_os_run_with_own_descriptors(void (*run)(void *), void *argument);
/** Returns whether the calling thread has left the program's descriptors. */
bool ms_os_descriptors_are_own(void);
/** Returns whether the program has few descriptors left, so that one more in use could be noticed by it. */
bool ms_os_descriptors_are_few(void);

/** Makes a directory and its parents (mode 0700 for those it makes). An existing one is good. */
int ms_os_make_directory(const char *path);
/** Returns whether the directory exists and holds a file whose name starts with `prefix`. */
bool ms_os_directory_has(const char *path, const char *prefix);
/** Moves `directory`/`name` into `to`, or removes it where `to` is NULL. */
int ms_os_move_file(const char *directory, const char *name, const char *to);
/** Turns a path into an absolute one. @return 0, or -ENAMETOOLONG. */
int ms_os_absolute(const char *path, char *out, size_t capacity);

/** Returns whether a process of this number is there, whoever's it is. */
bool ms_os_process_exists(uint32_t pid);
/** A process: its parent's number, and when it began, in units of the system's. An exec changes neither. */
struct ms_os_process {
  uint32_t parent;
  uint64_t start;
};
/** @return false where the system does not tell. */
bool ms_os_process(uint32_t pid, struct ms_os_process *process);
/** Maps a page without access whose name others can see. @return NULL when the system refuses. */
void *ms_os_map_named(const char *name);
/** Copies what follows `prefix` in the name of such a page of a process. @return false where it has none, or nobody may
 *  look. */
bool ms_os_find_named(uint32_t pid, const char *prefix, char *out, size_t capacity);
/** Returns how many threads the process has, a main thread that has ended included; 0 where that cannot be known. */
uint32_t ms_os_thread_count(void);
/** Returns whether this process has a thread of this number. */
bool ms_os_thread_exists(uint32_t tid);
/** Returns a number that tells this execution of a program apart from others that had, or have, its pid; children of a
 * fork share it. */
uint32_t ms_os_process_token(void);
/** Waits for some 50 microseconds. */
#define MS_PAUSE_NS 50000u
void ms_os_pause(void);
uint32_t ms_os_pid(void);
uint32_t ms_os_parent_pid(void);
/** Returns the kernel's id of the calling thread. A system call: callers keep the answer. */
uint32_t ms_os_tid(void);
uint32_t ms_os_cores(void);
uint32_t ms_os_page_size(void);
/** Notes how large the main thread's stack may become; before the program can change that. */
void ms_os_start(void);
/** Finds the calling thread's stack. @return false where it cannot be known; then both are 0. */
bool ms_os_stack_bounds(uintptr_t *low, uintptr_t *high);
/** The same where nothing may be allocated. Of a thread that was given a stack of its own size this is a guess. */
void ms_os_stack_bounds_unasked(uintptr_t *low, uintptr_t *high);
/** Finds the stack that the calling thread's signal handlers may run on. @return false where it has none. */
bool ms_os_signal_stack(uintptr_t *low, uintptr_t *high);
/** Reads a word that may not be there. @return false then. Cost: 0.5 us. */
bool ms_os_read_memory(uintptr_t address, uintptr_t *word);
/** Returns up to where memory can be read from `from` on, a multiple of MS_PROBE_BYTES: at most `pages` times as many
 *  bytes further. Precondition: pages <= MS_PROBES_MAX. Cost: 0.5 us and 0.4 us a page. */
uintptr_t ms_os_readable_end(uintptr_t from, uint32_t pages);
#define MS_PROBE_BYTES ((uintptr_t)4096) /* the smallest page there is */
#define MS_PROBES_MAX 4u
/** What the kernel counts for the calling thread. */
struct ms_os_usage {
  uint64_t user_ns, system_ns, minor_faults, major_faults, voluntary_switches, involuntary_switches;
};
void ms_os_thread_usage(struct ms_os_usage *usage);
/** Copies the calling thread's name. */
void ms_os_thread_name(char *out, size_t capacity);
/** Returns a random number that differs between processes. */
uint64_t ms_os_random(void);
/** Returns whether the processor has an instruction for CRC-32C. */
bool ms_os_has_crc32c(void);
/** Returns whether the program runs with more rights than its user (set-user-id and the like). */
bool ms_os_privileged(void);

uint64_t ms_os_monotonic_ns(void);
uint64_t ms_os_realtime_ns(void);
uint64_t ms_os_boottime_ns(void);

/** Name and release of host, kernel and C library, each cut to its buffer. */
struct ms_os_names {
  char host[256], kernel[512], libc[64];
};
void ms_os_names(struct ms_os_names *out);

/** Keeps signals away from the calling thread, for a short time: what is under way must not be interrupted by a handler
 * that forks, jumps away or allocates. Those that tell of an error in the code are let through, and so are the C
 * library's own, since another thread may wait for them with a lock held. @return for ms_os_release_signals. */
uint64_t ms_os_hold_signals(void);
void ms_os_release_signals(uint64_t before);

/** A loaded module; strings are valid during the callback only. */
struct ms_os_module {
  uintptr_t bias, low, high;     /* load bias; lowest and highest mapped address */
  uintptr_t text_low, text_high; /* its executable segments */
  const void *unwind_table;      /* .eh_frame_hdr, or NULL */
  const char *path;              /* "" of the program itself */
  const uint8_t *build_id;
  size_t build_id_bytes;
  uint64_t changes; /* rises with each module loaded or unloaded: as long as it is the same, so is the list; not 0 */
};
/** Calls `visit` for each loaded module until it says false. Takes the loader's lock, which a thread of the program may
 * hold for as long as it likes while it waits for one of ours: never on the hot path, and with no lock held. */
void ms_os_modules(bool (*visit)(const struct ms_os_module *, void *), void *context);

/** Returns the .eh_frame_hdr of the module that holds an address now, NULL where there is none. Lock-free and
 *  async-signal-safe: glibc 2.35 keeps a table for it; with an older one it knows none. */
const void *ms_os_unwind_table(uintptr_t address);

/** Returns whether two addresses of code lie in one module. Lock-free and async-signal-safe; without glibc 2.35 they
 * are taken to. */
bool ms_os_same_module(uintptr_t one, uintptr_t other);

/** Copies the path of the program's file. */
bool ms_os_executable(char *out, size_t capacity);

/** Copies the path of the file that holds this library. Not on the hot path. */
bool ms_os_own_file(char *out, size_t capacity);

/** Reads the names of a directory; `visit` gets each in turn. */
int ms_os_list(const char *path, void (*visit)(const char *name, void *), void *context);

/** Runs a program, found in PATH if its name has no slash, with its output to stderr, and waits for it. @return its
 * exit code, or a negative errno. */
int ms_os_run(const char *const *arguments);

/** Calls `run` on a stack of its own, in the calling thread, and gives the stack back. @return -ENOMEM, or 0. */
int ms_os_run_on_stack(size_t bytes, void (*run)(void *), void *argument);

/** Calls `run` on the given stack, in the calling thread, and keeps signals away meanwhile: the program's handlers
 * would find a stack that they do not know. Those that tell of an error in the code are let through. `stack` + `bytes`
 * is aligned to 16. */
void ms_os_run_apart(void *stack, size_t bytes, void (*run)(void *), void *argument);

/** Loads a library of the system for good. Takes the loader's lock and allocates. @return NULL where there is none,
 * with the reason. */
void *ms_os_open_library(const char *name, char *reason, size_t capacity);
/** Returns the address of a function of such a library, or NULL. */
void *ms_os_library_function(void *library, const char *name);

#define MS_OS_THREAD_WORDS 2

/** Starts a thread with all signals blocked. @return 0 or a negative errno. */
int ms_os_start_thread(void *(*run)(void *), void *argument, uint64_t handle[MS_OS_THREAD_WORDS]);
/** Waits for a thread of ms_os_start_thread. */
void ms_os_join_thread(const uint64_t handle[MS_OS_THREAD_WORDS]);

#endif
