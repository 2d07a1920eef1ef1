/* SPDX-License-Identifier: Apache-2.0
 *
 * thread_creation.c: pthread_create and thrd_create get a start routine of ours, which says that the thread is tracked
 * and then jumps to the program's. A std::thread starts in the C++ library; there it is recognised by the object that
 * its creator hands over, when the thread's own code, a template that is compiled with the program, begins.
 *
 * Cost: two short critical sections a thread. Any thread.
 */
#include "thread_creation.h"

#include <errno.h>
#include <pthread.h>
#include <stdbool.h>

#include "atomics.h"
#include "memscope/abi.h"
#include "options.h"
#include "os.h"
#include "process_file.h"
#include "scope.h"
#include "sites.h"
#include "unseen.h"

/* A thread that is about to run. In a table of ours: the creator may be gone before it does. */
struct start {
  union {
    void *(*posix)(void *);
    int (*c11)(void *);
    void *address;
  } routine;
  void *argument; /* of the routine; for a std::thread the object that names it */
  struct __memscope_scope *scope;
  bool used;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct start *starts;
static size_t capacity;
static _Atomic size_t waiting; /* std::threads among them */

static size_t free_place(void) {
  size_t place = 0;
  while (place < capacity && starts[place].used)
    place++;
  return place;
}

/* The table's lock orders threads that have nothing to do with each other. */
static void lock_table(void) {
  ms_unseen_begin();
  pthread_mutex_lock(&lock);
}

static void unlock_table(void) {
  pthread_mutex_unlock(&lock);
  ms_unseen_end();
}

/* Gives the place's number, as a pointer that is not NULL; NULL without memory. Places move, numbers do not. */
static void *put(struct start start) {
  struct ms_local *local = &ms_local;
  if (!ms_local_enter(local))
    return NULL;
  lock_table();
  size_t place = free_place();
  bool room = ms_os_room((void **)&starts, &capacity, sizeof *starts, place + 1);
  if (room) {
    starts[place] = start;
    starts[place].used = true;
  }
  unlock_table();
  ms_local_leave(local);
  if (!room && start.scope) /* else the thread's own functions say as much */
    ms_process_file_lose_thread(-ENOMEM);
  return room ? (void *)(place + 1) : NULL;
}

static struct start take(void *number) {
  struct ms_local *local = &ms_local;
  bool entered = ms_local_enter(local);
  lock_table();
  struct start start = starts[(size_t)number - 1];
  starts[(size_t)number - 1].used = false;
  unlock_table();
  if (entered)
    ms_local_leave(local);
  return start;
}

/* ---- POSIX and C11 ---- */

static void begin(const struct start *start) {
  ms_local.start = start->routine.address;
  if (start->scope)
    ms_scope_begin_thread(start->scope);
}

static void *run_posix(void *number) {
  struct start start = take(number);
  begin(&start);
  return start.routine.posix(start.argument); /* a jump: our frame is not in the thread's stacks */
}

static int run_c11(void *number) {
  struct start start = take(number);
  begin(&start);
  return start.routine.c11(start.argument);
}

static struct __memscope_scope *asked_for(const void *variable, const void *frame, size_t offset) {
  struct ms_local *local = &ms_local;
  if (ms_likely(local->scope_count == 0 && !local->fibers))
    return NULL;
  struct __memscope_scope *scope = ms_scope_of_variable(local, (uintptr_t)frame, variable, offset);
  return scope ? ms_sites_keep_scope(scope) : NULL;
}

/* NULL: nothing need be said in the new thread, or nothing can. */
static void *announce(void *routine, void *argument, const void *variable, const void *frame) {
  if (ms_options.track == MS_TRACK_NONE)
    return NULL;
  return put((struct start){.routine.address = routine, .argument = argument, .scope = asked_for(variable, frame, 0)});
}

int __memscope_pthread_create(void *thread, void *attributes, void *routine, void *argument, void *real) {
  int (*create)(void *, void *, void *, void *) = (int (*)(void *, void *, void *, void *))real;
  void *number = announce(routine, argument, thread, __builtin_frame_address(0));
  if (!number)
    return create(thread, attributes, routine, argument);
  int error = create(thread, attributes, (void *)run_posix, number);
  if (error != 0)
    (void)take(number);
  return error;
}

int __memscope_thrd_create(void *thread, void *routine, void *argument, void *real) {
  int (*create)(void *, void *, void *) = (int (*)(void *, void *, void *))real;
  void *number = announce(routine, argument, thread, __builtin_frame_address(0));
  if (!number)
    return create(thread, routine, argument);
  int error = create(thread, (void *)run_c11, number);
  if (error != 0) /* thrd_success is 0 */
    (void)take(number);
  return error;
}

/* ---- C++ ---- */

/* A std::jthread keeps its std::thread behind a pointer. */
#define JTHREAD_OFFSET sizeof(void *)

/* The number of the std::thread that waits for this state; NULL: nobody asked for it. */
static void *find(const void *state) {
  struct ms_local *local = &ms_local;
  if (!ms_local_enter(local))
    return NULL;
  lock_table();
  size_t place = 0;
  while (place < capacity && !(starts[place].used && starts[place].argument == state && !starts[place].routine.address))
    place++;
  void *number = place < capacity ? (void *)(place + 1) : NULL;
  unlock_table();
  ms_local_leave(local);
  return number;
}

static void end_waiting(void *const *state) {
  void *number = *state ? find(*state) : NULL;
  if (!number)
    return;
  (void)take(number);
  (void)ms_add_relaxed(&waiting, (size_t)-1); /* relaxed: creating a thread orders the two threads */
}

void __memscope_std_thread(void *thread, void *holder, void *depend, void *real) {
  void (*start)(void *, void *, void *) = (void (*)(void *, void *, void *))real;
  struct __memscope_scope *scope = asked_for(thread, __builtin_frame_address(0), JTHREAD_OFFSET);
  void *state = *(void **)holder; /* a unique_ptr is its pointer */
  if (ms_likely(!scope) || !put((struct start){.argument = state, .scope = scope})) {
    start(thread, holder, depend);
    return;
  }
  (void)ms_add_relaxed(&waiting, 1); /* relaxed: as in end_waiting */
  /* If the thread cannot be made an exception passes, and the state's address may be another one's soon. */
  __attribute__((cleanup(end_waiting))) void *unless_made = state;
  start(thread, holder, depend);
  unless_made = NULL;
}

void __memscope_std_thread_runs(void *state) {
  if (ms_likely(ms_load_relaxed(&waiting) == 0)) /* relaxed: as in end_waiting */
    return;
  void *number = find(state);
  if (!number)
    return;
  ms_scope_begin_thread(take(number).scope);
  (void)ms_add_relaxed(&waiting, (size_t)-1);
}

void ms_thread_creation_fork_child(void) {
  pthread_mutex_init(&lock, NULL); /* another thread, which is no more, may have held it at the fork */
}
