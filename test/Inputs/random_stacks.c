/* SPDX-License-Identifier: Apache-2.0
 *
 * random_stacks.c: the part of a program of random_stacks.py that is the same in all: main, threads, signal handlers,
 * and the truth. Linked with --wrap, malloc and its kin lead here when the runtime has them called for the program: then
 * libgcc's unwinder, which reads the same tables by code of its own, takes the stack from outside of the runtime, and it
 * is written to stacks.bin beside the size, which no other allocation has. The blocks are not real, so that a handler may
 * allocate wherever the signal came.
 *
 * program SEED FUEL THREADS TIMER EPOCHS [PLUGIN...]: allocations of a thread in an epoch; whether a timer sends signals,
 * after which no two runs are the same; libraries of which one is loaded in each epoch.
 */
#define _GNU_SOURCE
#include "random_stacks.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <link.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <ucontext.h>
#include <unistd.h>
#include <unwind.h>

extern function *const functions[];
extern int (*const leaves[])(struct walk *);
extern const unsigned function_count, leaf_count;

static function *const *plugin_functions;
static unsigned plugin_function_count;
static unsigned seed;
static int fuel, epochs;
static _Atomic unsigned epoch;
static __thread struct walk *now;
static __thread struct walk *root;
static __thread int in_epoch; /* the plugin is there */
static __thread int may_leave;

/* Other stacks than the thread's own. */
enum { STACK_BYTES = 1 << 19 };
static __thread char *alternate_stack, *context_stack;
static __thread int in_other_context;

static int is_here(const char *stack) { return (size_t)((char *)__builtin_frame_address(0) - stack) < STACK_BYTES; }

static _Noreturn void fail(const char *what) {
  perror(what);
  _exit(9);
}

static char *map_stack(size_t size) {
  void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED)
    fail("stack");
  return memory;
}

/* ---- the truth ---- */

enum { FRAMES_MAX = 1500, TICKETS = 1 << 19, SIZE_BASE = 1 << 24, NOTES_BYTES = 1 << 28 };
enum { NOTE_FREE = 1, NOTE_ALTERNATE = 2, NOTE_CONTEXT = 4, NOTE_WHOLE = 8, NOTE_MAY_BE_LOST = 16, NOTE_FAILED = 32 };

static uint64_t *notes; /* of each: 1 + frames, flags | epoch << 8, thread, ticket, frames */
static _Atomic uint64_t notes_used;
static _Atomic unsigned tickets;
static _Alignas(64) char blocks[TICKETS][64];

static void open_notes(void) {
  if (notes)
    return;
  int file = open("stacks.bin", O_RDWR | O_CREAT | O_TRUNC, 0644);
  if (file < 0 || ftruncate(file, NOTES_BYTES) != 0)
    fail("stacks.bin");
  notes = mmap(NULL, NOTES_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  if (notes == MAP_FAILED)
    fail("stacks.bin");
  close(file);
}

/* Where the modules are in this epoch. */
static void note_modules(void) {
  char name[32], buffer[4096];
  snprintf(name, sizeof name, "maps%u", epoch);
  int in = open("/proc/self/maps", O_RDONLY), out = open(name, O_WRONLY | O_CREAT | O_TRUNC, 0644);
  for (ssize_t bytes; (bytes = read(in, buffer, sizeof buffer)) > 0;)
    if (write(out, buffer, (size_t)bytes) != bytes)
      fail(name);
  close(in);
  close(out);
}

static __thread jmp_buf *rescue; /* where a fault of the unwinder leads */

struct trace {
  uint64_t frames[FRAMES_MAX];
  unsigned count;
  uint64_t first; /* frames count from this one */
};

static _Unwind_Reason_Code add_frame(struct _Unwind_Context *context, void *argument) {
  struct trace *trace = argument;
  int before = 0; /* the program was stopped before this instruction: as a return address it is the one behind */
  uint64_t pc = _Unwind_GetIPInfo(context, &before);
  pc += before != 0;
  if ((trace->count > 0 || pc == trace->first) && trace->count < FRAMES_MAX)
    trace->frames[trace->count++] = pc;
  return _URC_NO_REASON;
}

/* `first` is the return address of the caller: in the runtime's function that the program called or, where that ends with
 * a jump, in the program. */
static __attribute__((noinline)) void note(unsigned ticket, unsigned flags, void *first) {
  static __thread uint64_t thread;
  struct trace trace = {.count = 0, .first = (uint64_t)first};
  struct walk *walk = now;
  jmp_buf here;
  jmp_buf *volatile before = rescue;
  rescue = &here;
  if (setjmp(here) == 0) {
    _Unwind_Backtrace(add_frame, &trace);
  } else { /* gcc's rules for the last instructions of a frame that it aligned are wrong */
    now = walk;
    flags |= NOTE_FAILED;
  }
  rescue = before;
  if (trace.count > 0 && trace.frames[trace.count - 1] == 0) { /* "nobody called" is shown as a last frame */
    flags |= NOTE_WHOLE;
    trace.count--;
  }
  int alternate = is_here(alternate_stack);
  flags |= alternate ? NOTE_ALTERNATE : 0;
  flags |= is_here(context_stack) || (alternate && in_other_context) ? NOTE_CONTEXT : 0;
  flags |= now && now->interrupts ? NOTE_MAY_BE_LOST : 0;
  if (thread == 0)
    thread = (uint64_t)gettid();
  uint64_t *at = notes + atomic_fetch_add(&notes_used, 4 + trace.count);
  if (at + 4 + trace.count > notes + NOTES_BYTES / 8)
    fail("stacks.bin is full");
  at[1] = flags | (uint64_t)epoch << 8;
  at[2] = thread;
  at[3] = ticket;
  memcpy(at + 4, trace.frames, trace.count * 8);
  at[0] = 1 + trace.count;
}

static void *block_of(size_t size, void *first) {
  unsigned ticket = (unsigned)(size - SIZE_BASE) / 64;
  note(ticket, 0, first);
  return blocks[ticket];
}

static int is_ticket(size_t size) { return size >= SIZE_BASE && size < SIZE_BASE + (size_t)TICKETS * 64; }

void *__real_malloc(size_t size);
void *__real_aligned_alloc(size_t alignment, size_t size);
void *__real__Znwm(size_t size);
void __real_free(void *block);

void *__wrap_malloc(size_t size) {
  return is_ticket(size) ? block_of(size, __builtin_return_address(0)) : __real_malloc(size);
}

void *__wrap_aligned_alloc(size_t alignment, size_t size) {
  return is_ticket(size) ? block_of(size, __builtin_return_address(0)) : __real_aligned_alloc(alignment, size);
}

void *__wrap__Znwm(size_t size) {
  return is_ticket(size) ? block_of(size, __builtin_return_address(0)) : __real__Znwm(size);
}

void __wrap_free(void *block) {
  size_t offset = (size_t)((char *)block - blocks[0]);
  if (offset < sizeof blocks)
    note((unsigned)(offset / 64), NOTE_FREE, __builtin_return_address(0));
  else
    __real_free(block);
}

size_t ticket(struct walk *walk) {
  if (walk->silent || walk->fuel <= 0)
    return 0;
  walk->fuel--;
  unsigned ticket = atomic_fetch_add(&tickets, 1);
  return ticket < TICKETS ? SIZE_BASE + (size_t)ticket * 64 : 0;
}

/* ---- walks ---- */

_Static_assert(offsetof(struct walk, state.quiet) == 24, "random_stacks.py knows this");

unsigned choose(struct walk *walk, unsigned count) {
  walk->chance = walk->chance * 1664525u + 1013904223u;
  return (walk->chance >> 12) % count;
}

int go_on(struct walk *walk) { return walk->fuel > 0 && walk->calls > 0 && walk->calls--; }

struct walk *current(void) { return now; }

int take_pending(struct walk *walk) {
  int n = walk->pending;
  walk->pending = 0;
  return n;
}

int allocate(struct walk *walk) { return leaves[choose(walk, leaf_count)](walk); }

int anywhere(struct walk *walk, int n) {
  if (n <= 0 || !go_on(walk))
    return allocate(walk);
  unsigned number = choose(walk, function_count + (in_epoch ? plugin_function_count : 0));
  return (number < function_count ? functions[number] : plugin_functions[number - function_count])(walk, n);
}

/* Ends the thread by unwinding it. */
int leave(struct walk *walk, int n) {
  if (may_leave && !walk->state.quiet && walk->state.tries == 0 && walk == root && choose(walk, 3) == 0)
    pthread_exit(NULL);
  return anywhere(walk, n);
}

static void perhaps_jump(struct walk *walk) {
  struct landing *landing = walk->state.landing;
  if (!landing || walk->state.quiet || choose(walk, 3) != 0)
    return;
  now = landing->walk;
  longjmp(landing->place, 1);
}

int jump(struct walk *walk, int n) {
  perhaps_jump(walk);
  return anywhere(walk, n);
}

/* ---- ways that the C library or the kernel has a part in ---- */

int through_signal(struct walk *walk, int n) {
  walk->pending = n;
  raise(SIGUSR1);
  return n;
}

int through_alternate_stack(struct walk *walk, int n) {
  walk->pending = n;
  raise(SIGUSR2);
  return n;
}

static void in_context(void) {
  struct walk *walk = now;
  anywhere(walk, take_pending(walk));
}

int through_context(struct walk *walk, int n) {
  static __thread ucontext_t inner, outer;
  /* From the alternate stack it must not be left: the kernel would take that for free. */
  if (in_other_context || is_here(alternate_stack))
    return anywhere(walk, n);
  in_other_context = 1;
  if (!context_stack)
    context_stack = map_stack(STACK_BYTES);
  getcontext(&inner);
  inner.uc_stack = (stack_t){.ss_sp = context_stack, .ss_size = STACK_BYTES};
  inner.uc_link = &outer;
  makecontext(&inner, in_context, 0);
  struct state before = walk->state;
  walk->state.quiet++;
  walk->pending = n;
  swapcontext(&outer, &inner);
  walk->state = before;
  in_other_context = 0;
  return n;
}

static ssize_t on_write(void *cookie, const char *text, size_t size) {
  struct walk *walk = cookie;
  (void)text;
  int n = take_pending(walk);
  if (n > 0)
    anywhere(walk, n);
  return (ssize_t)size;
}

int through_stream(struct walk *walk, int n) {
  if (walk->interrupts || walk->silent)
    return anywhere(walk, n);
  FILE *stream = fopencookie(walk, "w", (cookie_io_functions_t){.write = on_write});
  if (!stream)
    return n;
  walk->state.quiet++;
  walk->pending = n;
  fprintf(stream, "%d\n", n);
  fclose(stream);
  walk->state.quiet--;
  return n;
}

static int on_module(struct dl_phdr_info *info, size_t size, void *argument) {
  struct walk *walk = argument;
  (void)info, (void)size;
  anywhere(walk, take_pending(walk));
  return 1;
}

int through_modules(struct walk *walk, int n) {
  walk->state.quiet++;
  walk->pending = n;
  dl_iterate_phdr(on_module, walk);
  walk->state.quiet--;
  return n;
}

/* ---- signals ---- */

extern char __executable_start[], etext[];
static __thread int steps, stepping;
static __thread struct walk step_chances;
static __thread unsigned timer_chance;

/* The handlers' own walk: what it changes in the interrupted one would be another program each time. */
static struct walk handler_walk(unsigned chance, int walk_fuel, const struct walk *outer) {
  return (struct walk){.chance = chance * 2654435761u + seed, .fuel = walk_fuel, .calls = 40, .interrupts = outer->interrupts,
                       .silent = outer->silent};
}

static void on_signal(int number, siginfo_t *info, void *context) {
  ucontext_t *interrupted = context;
  (void)info;
  struct walk *outer = now;
  if (number == SIGSEGV && memcmp((void *)interrupted->uc_mcontext.gregs[REG_RIP], "\x8b\x00", 2) != 0) { /* not meant */
    if (rescue)
      longjmp(*rescue, 1);
    signal(SIGSEGV, SIG_DFL);
    return;
  }
  if (number == SIGILL || number == SIGSEGV) /* the instructions that do this have two bytes */
    interrupted->uc_mcontext.gregs[REG_RIP] += 2;
  struct walk inner = handler_walk(choose(outer, 1 << 20), 3, outer);
  now = &inner;
  anywhere(&inner, take_pending(outer) / 2);
  now = outer;
  perhaps_jump(outer);
}

static void on_timer(int number) {
  struct walk *outer = now;
  (void)number;
  if (!outer)
    return;
  struct walk inner = handler_walk(timer_chance++, 2, outer);
  inner.interrupts = 1;
  inner.silent = 0;
  now = &inner;
  anywhere(&inner, 2);
  now = outer;
}

/* After each instruction. Most are libc's and the loader's. */
static void on_step(int number, siginfo_t *info, void *context) {
  ucontext_t *interrupted = context;
  struct walk *outer = now;
  (void)number, (void)info;
  if (steps <= 0 || !stepping) {
    interrupted->uc_mcontext.gregs[REG_EFL] &= ~0x100ll;
    return;
  }
  uintptr_t pc = (uintptr_t)interrupted->uc_mcontext.gregs[REG_RIP];
  int ours = pc >= (uintptr_t)__executable_start && pc < (uintptr_t)etext;
  if (choose(&step_chances, ours ? 2 : 16) != 0)
    return;
  steps--;
  struct walk inner = handler_walk((unsigned)steps, 1, outer);
  inner.silent = 0;
  now = &inner;
  allocate(&inner);
  now = outer;
}

/* Takes a walk instruction by instruction: a prologue, an epilogue and the linkage table have rules of their own. */
static void take_steps(struct walk *walk) {
  struct walk inner = {.chance = walk->chance, .fuel = 1, .calls = 30, .silent = 1, .state.quiet = 1};
  steps = walk->fuel < 600 ? walk->fuel : 600;
  walk->fuel -= steps;
  now = &inner;
  stepping = 1;
  __asm__ volatile("pushfq; orl $0x100, (%%rsp); popfq" ::: "memory", "cc");
  anywhere(&inner, 5);
  stepping = 0; /* the next step is the last */
  now = walk;
}

static void handle_signals(void) {
  struct sigaction action = {.sa_flags = SA_SIGINFO | SA_NODEFER};
  action.sa_sigaction = on_step;
  sigaction(SIGTRAP, &action, NULL);
  action.sa_sigaction = on_signal;
  sigaction(SIGUSR1, &action, NULL);
  sigaction(SIGILL, &action, NULL);
  action.sa_flags |= SA_ONSTACK;
  sigaction(SIGUSR2, &action, NULL);
  sigaction(SIGSEGV, &action, NULL);
}

static void start_timer(void) {
  struct sigaction action = {.sa_handler = on_timer, .sa_flags = SA_RESTART};
  sigaction(SIGPROF, &action, NULL);
  struct itimerval each = {{0, 1000}, {0, 1000}};
  setitimer(ITIMER_PROF, &each, NULL);
}

/* ---- threads and epochs ---- */

static pthread_barrier_t barrier;
static pthread_key_t key;

static void get_alternate_stack(void) {
  alternate_stack = map_stack(STACK_BYTES);
  stack_t stack = {.ss_sp = alternate_stack, .ss_size = STACK_BYTES};
  if (sigaltstack(&stack, NULL) != 0)
    fail("sigaltstack");
}

static void roam(unsigned chance, int amount) {
  struct walk walk = {.chance = chance * 2654435761u + seed, .fuel = amount};
  now = root = &walk;
  if (choose(&walk, 2))
    take_steps(&walk);
  while (walk.fuel > 0) {
    walk.calls = 300;
    walk.state = (struct state){0};
    anywhere(&walk, 1 + (int)choose(&walk, 24));
  }
  now = NULL;
}

static void walk_epoch(unsigned chance) {
  pthread_barrier_wait(&barrier);
  in_epoch = 1;
  roam(chance, fuel);
  in_epoch = 0;
  pthread_barrier_wait(&barrier);
}

static void on_thread_end(void *value) {
  in_epoch = may_leave = 0;
  roam((unsigned)(uintptr_t)value, 5);
}

static void *thread(void *argument) {
  unsigned number = (unsigned)(uintptr_t)argument;
  get_alternate_stack();
  timer_chance = number;
  pthread_setspecific(key, argument);
  for (int i = 0; i < epochs; i++) {
    walk_epoch(number * 100 + (unsigned)i);
  }
  return NULL;
}

static void *brief_thread(void *argument) {
  get_alternate_stack();
  pthread_setspecific(key, argument);
  in_epoch = may_leave = 1;
  roam((unsigned)(uintptr_t)argument, 40);
  in_epoch = 0;
  return NULL;
}

static pthread_t start(void *(*routine)(void *), unsigned number, int own_stack) {
  pthread_t handle;
  pthread_attr_t attributes;
  const size_t size = 1 << 21;
  pthread_attr_init(&attributes);
  if (own_stack)
    pthread_attr_setstack(&attributes, map_stack(size), size);
  if (pthread_create(&handle, &attributes, routine, (void *)(uintptr_t)number) != 0)
    fail("pthread_create");
  pthread_attr_destroy(&attributes);
  return handle;
}

/* All threads walk; the libraries come and go between the epochs, mostly one to the other's place. */
static void run_epoch(char **plugins, int plugin_count) {
  void *plugin = NULL;
  epoch++;
  if (plugin_count > 0) {
    plugin = dlopen(plugins[epoch % (unsigned)plugin_count], epoch % 3 ? RTLD_LAZY : RTLD_NOW);
    if (!plugin) {
      fprintf(stderr, "%s\n", dlerror());
      _exit(9);
    }
    plugin_functions = dlsym(plugin, "plugin_functions");
    plugin_function_count = *(const unsigned *)dlsym(plugin, "plugin_function_count");
  }
  note_modules();
  pthread_t brief = start(brief_thread, 50 + epoch, 0);
  walk_epoch(7 * epoch);
  pthread_join(brief, NULL);
  if (plugin)
    dlclose(plugin);
}

__attribute__((constructor)) static void early(void) {
  open_notes();
  note_modules();
  handle_signals();
  get_alternate_stack();
  roam(1, 3);
}

static void late(void) { roam(2, 3); }

int main(int argc, char **argv) {
  if (argc < 6)
    return 9;
  seed = (unsigned)atoi(argv[1]);
  fuel = atoi(argv[2]);
  int threads = atoi(argv[3]);
  epochs = atoi(argv[5]);
  atexit(late);
  if (atoi(argv[4]))
    start_timer();
  pthread_key_create(&key, on_thread_end);
  pthread_barrier_init(&barrier, NULL, (unsigned)threads + 1);
  pthread_t handles[8];
  for (int i = 0; i < threads; i++)
    handles[i] = start(thread, 1 + (unsigned)i, i & 1);
  for (int i = 0; i < epochs; i++)
    run_epoch(argv + 6, argc - 6);
  for (int i = 0; i < threads; i++)
    pthread_join(handles[i], NULL);
  return 0;
}
