/* SPDX-License-Identifier: Apache-2.0
 *
 * random_program.h: what a random program knows about itself; random_program.py puts this text in front of each program
 * it writes. The program tells the model what it does, and the model prints the events that a recorder must see: each
 * block that a thread gets while it is inside an annotated function, and the end of each such block, whoever ends it.
 * The model knows nothing of MemScope. It is told of each block by its address, so that no allocation can be optimised
 * away. One thread runs at a time.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <memscope/annotations.h>

#include <alloca.h>
#include <malloc.h>
#include <pthread.h>
#include <search.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define NOINLINE __attribute__((noinline, unused))
#define UNUSED __attribute__((unused))

/* ---- chance, and an end to everything ---- */

static uint32_t chance = SEED;
static uint32_t sum; /* of all that the program has seen: its exit code comes from here */
static int fuel;
/* volatile: not known to the optimiser */
static volatile size_t zero, huge = SIZE_MAX / 4;
static void *volatile none;

NOINLINE static unsigned choose(unsigned count) {
  chance = chance * 1664525u + 1013904223u;
  return (chance >> 16) % count;
}

NOINLINE static int go_on(void) { return fuel > 0 && fuel--; }

NOINLINE static void mix(unsigned long value) { sum = (sum ^ (uint32_t)value) * 16777619u; }

/* ---- output: one buffer that is written at the end ---- */

static char text[1 << 21];
static size_t text_bytes;

__attribute__((format(printf, 1, 2))) static void say(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  text_bytes += (size_t)vsnprintf(text + text_bytes, sizeof text - text_bytes, format, arguments);
  va_end(arguments);
  if (text_bytes >= sizeof text)
    abort();
}

static void write_out(void) {
  say("sum=%u\n", sum);
  for (size_t done = 0; done < text_bytes;) {
    ssize_t bytes = write(1, text + done, text_bytes - done);
    if (bytes <= 0)
      abort();
    done += (size_t)bytes;
  }
}

/* ---- where the thread is ---- */

struct landing;

/* What a jump or an exception brings back to what it was. */
struct state {
  int depth;               /* annotated functions the thread is in */
  int quiet;               /* > 0: nothing may throw or jump */
  struct landing *landing; /* where a longjmp may go */
};

struct landing {
  jmp_buf place;
  struct state before;
};

static __thread struct state now;
static __thread const char *scopes[256]; /* their names, from 1 on */
static __thread int thread;
static int threads;

static inline void enter(const char *name) { scopes[++now.depth] = name; }

static inline void leave(void) { now.depth--; }

UNUSED static inline int enter_guard(const char *name) {
  enter(name);
  return now.depth;
}

UNUSED static inline void leave_guard(const int *depth) { now.depth = *depth - 1; }

/* Jumps to the innermost landing or the one around it. */
NOINLINE static void jump(void) {
  struct landing *target = now.landing;
  if (!target || now.quiet)
    return;
  if (target->before.landing && choose(3) == 0)
    target = target->before.landing;
  if (choose(2))
    siglongjmp(target->place, 1);
  longjmp(target->place, (int)choose(3) + 1);
}

/* ---- the events that must be recorded ---- */

static struct {
  uintptr_t address;
  int number;
} blocks[4096]; /* that are live and were got in a scope */
static int block_count, block_number;

#define HERE __func__, __LINE__
#define THROUGH(callee) callee " through a pointer", 0

static void keep(uintptr_t address, int number) {
  if (block_count == sizeof blocks / sizeof *blocks)
    abort();
  blocks[block_count].address = address;
  blocks[block_count++].number = number;
}

static void say_event(const char *kind, const char *callee, int number, const char *function, int line) {
  const char *scope = now.depth ? scopes[now.depth] : "none";
  say("%s %s block=%d thread=%d scope=%s at=%s:%d", kind, callee, number, thread, scope, function, line);
}

static int say_alloc(const char *callee, size_t size, size_t alignment, const char *function, int line) {
  say_event("alloc", callee, ++block_number, function, line);
  say(" size=%zu align=%zu", size, alignment);
  return block_number;
}

/* A block was got. */
NOINLINE static void got(const void *block, const char *callee, size_t size, size_t alignment, const char *function,
                         int line) {
  if (!block || now.depth == 0)
    return;
  keep((uintptr_t)block, say_alloc(callee, size, alignment, function, line));
  say("\n");
}

static int forget(uintptr_t address) {
  for (int i = 0; i < block_count; i++)
    if (blocks[i].address == address) {
      int number = blocks[i].number;
      blocks[i] = blocks[--block_count];
      return number;
    }
  return 0;
}

/* A block is given back: said before it happens or right after. */
NOINLINE static void gone(uintptr_t address, const char *callee, const char *function, int line) {
  int number = forget(address);
  if (number == 0)
    return;
  say_event("free", callee, number, function, line);
  say("\n");
}

/* A realloc returned. */
NOINLINE static void changed(uintptr_t before, const void *block, const char *callee, size_t size, const char *function,
                             int line) {
  if (!block && size > 0)
    return; /* it failed */
  int old = before ? forget(before) : 0;
  const char *pair = old && block && now.depth ? " realloc" : "";
  if (old) {
    say_event("free", callee, old, function, line);
    say("%s\n", pair);
  }
  if (block && now.depth) {
    keep((uintptr_t)block, say_alloc(callee, size, 0, function, line));
    say("%s\n", pair);
  }
}

/* ---- places where blocks are kept, for any function to use or to give back ---- */

/* Who may give a block back: free, operator delete in its forms, delete, and from ARRAY on delete[] of each class. */
enum { EMPTY, HEAP, RAW, LONG, RAW_ARRAY, ALIGNED, ALIGNED_ARRAY, OBJECT, ARRAY };

struct slot {
  void *block;
  size_t size;
  int kind;
};

enum { SLOTS = 8 };
static struct slot slots[SLOTS];

UNUSED static struct slot *any_slot(void) { return &slots[choose(SLOTS)]; }

/* Sizes of all classes of the allocator; none is 0. */
UNUSED static size_t any_size(void) { return choose(8) ? 1 + choose(200) : 1000 * (1 + choose(300)); }

static void fill(void *block, size_t size) {
  if (block)
    memset(block, (int)choose(255) + 1, size);
}

UNUSED static void see(const void *block, size_t size) {
  if (block && size > 0)
    mix(((const unsigned char *)block)[0] + 3u * ((const unsigned char *)block)[size - 1]);
}

UNUSED static void put(struct slot *slot, void *block, size_t size, int kind) {
  fill(block, size);
  slot->block = block;
  slot->size = size;
  slot->kind = kind;
}

/* What an allocation that must fail returns. */
NOINLINE static void refuse(void *block) {
  none = block;
  if (none)
    abort();
}

UNUSED static char *spell(char word[24]) {
  unsigned length = choose(23);
  memset(word, 'a' + (int)choose(26), length);
  word[length] = '\0';
  return word;
}

/* ---- allocation functions in tables ---- */

struct heap {
  void *(*get)(size_t);
  void *(*again)(void *, size_t);
  void (*put)(void *);
};

UNUSED static const struct heap heaps[] = {{malloc, realloc, free}, {malloc, realloc, free}};
UNUSED static const struct heap *volatile heap = heaps; /* volatile: calls stay indirect when optimised */

/* ---- the beginning and the end ---- */

static pthread_key_t key;

UNUSED static int by_address(const void *a, const void *b) { return (a > b) - (a < b); }

/* Before main, nothing may throw: who would catch it? */
__attribute__((constructor(101))) static void begin(void) {
  now.quiet = 1;
  fuel = 20;
}

static void set_up(void (*on_signal)(int), void (*last_words)(void *), void (*at_exit)(void)) {
  static char memory[1 << 16];
  stack_t stack;
  struct sigaction action;
  memset(&stack, 0, sizeof stack);
  stack.ss_sp = memory;
  stack.ss_size = sizeof memory;
  sigaltstack(&stack, NULL);
  memset(&action, 0, sizeof action);
  action.sa_handler = on_signal;
  action.sa_flags = SA_NODEFER; /* a jump out of the handler must not leave the signal blocked */
  sigaction(SIGUSR1, &action, NULL);
  action.sa_flags = SA_NODEFER | SA_ONSTACK;
  sigaction(SIGUSR2, &action, NULL);
  pthread_key_create(&key, last_words);
  atexit(at_exit);
  now.quiet = 0;
}

__attribute__((destructor(101))) static void end(void) { write_out(); }

/* ---- C++: what leaves scopes and blocks by itself ---- */

#ifdef __cplusplus
#include <new>

/* No jump passes a function with objects. */
struct Barrier {
  landing *before = now.landing;
  Barrier() { now.landing = nullptr; }
  ~Barrier() { now.landing = before; }
};

struct Guard {
  int depth;
  explicit Guard(const char *name) : depth(enter_guard(name)) {}
  ~Guard() { leave_guard(&depth); }
};

template <typename F> static int through(F f, int n) { return f(n); }

template <typename F> MEMSCOPE_TRACK static int tracked_through(F f, int n) {
  Guard guard("tracked_through");
  return f(n);
}

/* An object's block is told of before its constructor tells what that does; the first base's constructor says where the
 * block is. If a constructor throws, the block is given back. */
struct Pending;
static __thread Pending *pending;

struct Pending {
  const int depth = now.depth, number, line;
  const size_t cookie;
  const char *const function, *release;
  uintptr_t address = 0;
  Pending(const char *callee, const char *release_, size_t size, size_t alignment, size_t cookie_,
          const char *function_, int line_)
      : number(depth ? say_alloc(callee, size, alignment, function_, line_) : 0), line(line_), cookie(cookie_),
        function(function_), release(release_) {
    if (number)
      say("\n");
    pending = this;
  }
  ~Pending() {
    if (!release)
      return;
    now.depth = depth;
    gone(address, release, function, line);
  }
  void settle(const void *object) {
    address = (uintptr_t)object - cookie;
    if (number)
      keep(address, number);
    pending = nullptr;
  }
  void done(const void *object) {
    if (pending == this) /* an array of no objects */
      settle(object);
    release = nullptr;
  }
};

/* What `new T[n]` puts in front of objects that have destructors (Itanium C++ ABI, 2.7). */
template <typename T> constexpr size_t cookie() { return alignof(T) > sizeof(size_t) ? alignof(T) : sizeof(size_t); }

/* What `new T` asks operator new for. */
template <typename T> constexpr size_t alignment() {
  return alignof(T) > __STDCPP_DEFAULT_NEW_ALIGNMENT__ ? alignof(T) : 0;
}

#if __cpp_sized_deallocation
#define SIZED(size) , size
#else
#define SIZED(size)
#endif

/* The base of all classes, at their beginning. */
struct Object {
  int level = -1; /* of a local object: how deep its function is */
  Object() {
    if (pending)
      pending->settle(this);
  }
  Object(const Object &) = delete;
  virtual ~Object() {}
  virtual int use(int n) { return n; }
  virtual const char *destructor() const { return "~Object"; }
  void arrive() { /* in a destructor: an exception may have come from below */
    if (level >= 0)
      now.depth = level;
    now.quiet++;
  }
  void depart() { now.quiet--; }
};

struct Second {
  int filler = 2;
  virtual ~Second() {}
};

struct alignas(64) Wide {
  char bytes[64];
};

struct Error {
  int code;
};

struct WorseError : Error {};

struct LoadedError : Object { /* has a block of its own */
  void *load;
  LoadedError() : load(malloc(77)) { got(load, "malloc", 77, 0, HERE); }
  ~LoadedError() override { /* ends with whatever handles it, at any depth */
    enter("?");
    gone((uintptr_t)load, "free", HERE), free(load);
    leave();
  }
};
#endif
