/* SPDX-License-Identifier: Apache-2.0
 *
 * lifecycle.c: the order of things at the ends of a process.
 *
 *   start   options, thread-exit key, zstd if it is wanted, fork handlers. No file and no thread: those come with the
 *           first tracked thread.
 *
 *   exit    our destructor, which runs after the program's: the calling thread's state, then the session. Other
 *           threads may go on allocating into their files, which are complete at any moment. _exit, a fatal signal,
 *           kill: nothing runs, and nothing is needed; only the end record is missing.
 *
 *   fork    the child forgets the parent's files and blocks and begins a run of its own with its next event. Where a
 *           signal handler forks that has interrupted the recorder, the interrupted call goes on in the child: what it
 *           may use stays, cut off from the parent's files, until the next event.
 */
#define _GNU_SOURCE
#include "lifecycle.h"

#include <pthread.h>
#include <string.h>

#include "compressor.h"
#include "diagnostics.h"
#include "epoch.h"
#include "mappings.h"
#include "memory_streams.h"
#include "memscope/abi.h"
#include "module_list.h"
#include "modules.h"
#include "options.h"
#include "os.h"
#include "preloading.h"
#include "process_tree.h"
#include "run.h"
#include "run_directory.h"
#include "session.h"
#include "sites.h"
#include "thread_creation.h"
#include "thread_state.h"
#include "tracked_blocks.h"

static pthread_mutex_t noticing = PTHREAD_MUTEX_INITIALIZER;
static bool released; /* release_from_parent has run, forget_parent has not */

/* What a child can do at once: locks that threads of the parent held, and whatever is only changed with signals held
 * back, so that no call is interrupted that uses it. */
static void release_from_parent(void) {
  ms_module_list_fork_child();
  ms_compressor_fork_child();
  ms_session_fork_child();
  ms_mappings_fork_child();
  ms_memory_streams_fork_child();
  ms_thread_creation_fork_child();
  ms_sites_fork_child();
  released = true;
}

/* The rest, which an interrupted call may be using. */
static void forget_parent(void) {
  ms_thread_fork_child();
  ms_tracked_blocks_reset();
  ms_mappings_forget();
  released = false;
  ms_epoch_renew(); /* last: other threads go on with it */
}

static void after_fork_in_child(void) {
  pthread_mutex_init(&noticing, NULL); /* as all locks of ours: another thread may have held it at the fork */
  release_from_parent();
  if (ms_local.busy) {
    ms_thread_part();
    ms_epoch_wait_for_notice();
  } else {
    forget_parent();
  }
}

void ms_lifecycle_notice_fork(void) {
  uint64_t signals = ms_os_hold_signals();
  pthread_mutex_lock(&noticing);
  if (ms_fork_unnoticed()) {
    if (!released)
      release_from_parent();
    forget_parent();
  }
  pthread_mutex_unlock(&noticing);
  ms_os_release_signals(signals);
}

#define OWN_STACK_BYTES ((size_t)256 * 1024) /* the main thread's may be small */

static void find_places(void *unused) {
  (void)unused;
  ms_run_directory_start(ms_options.output_dir);
  ms_process_tree_start();
}

static void prepare_once(void) {
  ms_own_calls_begin(&ms_local);
  ms_os_start();
  ms_epoch_start();
  ms_options_start();
  if (ms_os_run_on_stack(OWN_STACK_BYTES, find_places, NULL) != 0)
    find_places(NULL);
  ms_thread_setup();
  ms_compressor_start();
  ms_own_calls_end(&ms_local);
}

void ms_lifecycle_prepare(void) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, prepare_once);
}

static void notice_forks(void) {
  ms_own_calls_begin(&ms_local);
  pthread_atfork(ms_module_list_fork_prepare, ms_module_list_fork_parent, after_fork_in_child);
  ms_own_calls_end(&ms_local);
}

void ms_lifecycle_start(void) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  ms_lifecycle_prepare();
  pthread_once(&once, notice_forks);
}

/* Before the constructors of programs that are linked statically with us. */
__attribute__((constructor(101))) static void on_load(void) { ms_lifecycle_start(); }

/* An object for another version does not find its constructor, and the linker says which one it wanted; this has it
 * say, too, which there is. lld names what is similar, and does not know such sections. */
#define TEXT_OF(version) #version
#define TEXT(version) TEXT_OF(version)
__asm__(".macro memscope_other version\n"
        ".if \\version - " TEXT(
            MEMSCOPE_ABI_VERSION) "\n"
                                  ".pushsection .gnu.warning.__memscope_module_v\\version, \"\", %progbits\n"
                                  ".ascii \"compiled by a plugin with version \\version of MemScope's interface; this "
                                  "libmemscope has version " TEXT(
                                      MEMSCOPE_ABI_VERSION) "\"\n"
                                                            ".popsection\n.endif\n.endm\n"
                                                            ".irp version, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, "
                                                            "14, 15, 16, 17, 18, 19, 20\n"
                                                            "memscope_other \\version\n.endr\n.purgem memscope_other");
_Static_assert(MEMSCOPE_ABI_VERSION < 20, "what may come next is among those above");

void MS_MODULE_CONSTRUCTOR(void) {
  ms_lifecycle_start();
  if (ms_run_writable()) /* a library loaded in mid-run: its unwind rules are wanted soon */
    ms_modules_refresh();
}

/* The tool stands beside the library (build/lib and build/bin, /usr/lib and /usr/bin), or in PATH. */
static const char *find_tool(char *path, size_t capacity) {
  if (!ms_os_own_file(path, capacity - sizeof "../bin/memscope"))
    return "memscope";
  char *slash = strrchr(path, '/');
  if (!slash)
    return "memscope";
  strcpy(slash + 1, "../bin/memscope");
  return ms_os_exists(path) ? path : "memscope";
}

static void export_run(void) {
  char path[MS_PATH_MAX];
  const char *tool = find_tool(path, sizeof path);
  const char *arguments[] = {tool, "export", ms_run_directory(), "--prefix", ms_options.prefix, NULL};
  int code = ms_os_run(arguments);
  if (code < 0)
    ms_warn("export=1: %s: %s", tool, ms_os_error_text(code));
  else if (code != 0)
    ms_warn("export=1: memscope export %s ended with code %d", ms_run_directory(), code);
}

static void end_run(void *unused) {
  (void)unused;
  ms_thread_finish();
  ms_thread_sweep();
  ms_session_end();
}

void ms_lifecycle_end(void) {
  struct ms_local *local = &ms_local;
  if (ms_run_idle())
    MS_DEBUG(
        "nothing was recorded: no allocation inside a function or thread that is marked (MEMSCOPE_TRACK) or chosen "
        "(MEMSCOPE_OPTIONS=track=all, threads=NAME)");
  if (ms_fork_unnoticed() || !ms_run_writable() || !ms_local_enter(local))
    return;
  uint64_t signals = ms_os_hold_signals();
  if (ms_os_run_on_stack(OWN_STACK_BYTES, end_run, NULL) != 0)
    end_run(NULL);
  ms_os_release_signals(signals);
  ms_local_leave(local);
  if (ms_options.export && !ms_fork_unnoticed())
    export_run();
}

__attribute__((destructor(101))) static void on_unload(void) {
  if (!ms_ends_late)
    ms_lifecycle_end();
}
