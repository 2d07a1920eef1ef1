// However control leaves scopes, the right ones are open afterwards: by exceptions, longjmp, setcontext, out of signal
// handlers on either stack, across several scopes, in recursion, and through code without the plugin. A model says of each allocation
// whether it is in a scope.
// UNSUPPORTED: emulated
// RUN: rm -rf %t.dir && mkdir -p %t.dir && cd %t.dir
// RUN: %clangxx_plain -O2 -DFOREIGN -c %s -o foreign.o
// RUN: for level in 0 1 2 3; do %clangxx_memscope -O$level %s foreign.o -o program %link_memscope -pthread && %python %S/Inputs/run_against_count.py %memscope ./program 20000 $level || exit 1; done
#include <csetjmp>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ucontext.h>

#ifdef FOREIGN
extern "C" int call_foreign(int (*callback)(int), int value) { return callback(value) + 1; }
extern "C" int catch_foreign(int (*callback)(int), int value) {
  try {
    return callback(value) + 1;
  } catch (int thrown) {
    return thrown;
  }
}
#else
#include <memscope/annotations.h>
#include <pthread.h>

extern "C" int call_foreign(int (*callback)(int), int value);
extern "C" int catch_foreign(int (*callback)(int), int value);

#define OUTSIDE 7 /* bytes of a block that no scope is open for */
#define DEEPEST 12

struct State {
  int tracked, off, targets, tries, in_handler;
};
struct Target {
  sigjmp_buf jump;
  ucontext_t context;
  bool by_context;
};

static thread_local State state;
static thread_local Target *targets[64];
static thread_local uint64_t seed;
static thread_local long steps;
static long allocations, arrivals;
static void *volatile kept;

static unsigned pick(unsigned below) {
  seed = seed * 6364136223846793005u + 1442695040888963407u;
  return static_cast<unsigned>(seed >> 33) % below;
}

static size_t wanted() {
  bool inside = state.tracked > 0 && state.off == 0;
  allocations += inside;
  return inside ? 100 : OUTSIDE;
}
#define ALLOCATE() free(kept = malloc(wanted()))

__attribute__((noinline)) static void allocate() { ALLOCATE(); }

static int act(int depth);

MEMSCOPE_TRACK static int scope(int depth) {
  State before = state;
  state.tracked++;
  int value = act(depth + 1);
  state = before;
  return value;
}

MEMSCOPE_TRACK __attribute__((noinline)) static int large_scope(int depth) {
  volatile char frame[700] = {};
  State before = state;
  state.tracked++;
  int value = act(depth + 1) + frame[depth];
  state = before;
  return value;
}

MEMSCOPE_IGNORE static int switched_off(int depth) {
  State before = state;
  state.off++;
  int value = act(depth + 1);
  state = before;
  return value;
}

static int any_scope(int depth) {
  switch (pick(16)) {
  case 0:
    return switched_off(depth);
  case 1:
  case 2:
    return large_scope(depth);
  default:
    return scope(depth);
  }
}

static int catches(int depth) {
  State before = state;
  state.tries++;
  try {
    any_scope(depth);
  } catch (int) {
    arrivals++;
  }
  state = before;
  allocate();
  return 0;
}

/* Until a hook is called from above, a scope that foreign code has ended may seem open: this one calls it at once. */
static int lets_foreign_code_catch(int depth) {
  State before = state;
  state.tries++;
  catch_foreign(any_scope, depth);
  state = before;
  ALLOCATE();
  return 0;
}

static int is_jumped_to(int depth) {
  Target target;
  State before = state;
  volatile bool back = false;
  target.by_context = pick(4) == 0;
  targets[state.targets++] = &target;
  if (target.by_context) {
    getcontext(&target.context);
    if (!back) {
      back = true;
      any_scope(depth);
    }
  } else if (sigsetjmp(target.jump, 1) == 0) {
    any_scope(depth);
  }
  state = before;
  allocate();
  return 0;
}

/* Not out of a scope that foreign code would have to catch for, whose try would be left behind. */
static void jump() {
  if (state.targets == 0)
    return;
  Target *target = targets[pick(static_cast<unsigned>(state.targets))];
  arrivals++;
  if (target->by_context)
    setcontext(&target->context);
  siglongjmp(target->jump, 1);
}

static void on_signal(int) {
  State before = state;
  state.in_handler = 1;
  allocate();
  if (pick(2) == 0)
    any_scope(DEEPEST - 3);
  if (pick(3) == 0)
    jump();
  state = before;
}

static int act(int depth) {
  while (steps > 0 && pick(8) != 0) {
    steps--;
    unsigned what = pick(depth < DEEPEST ? 10 : 3);
    switch (what) {
    case 0:
    case 1:
      allocate();
      break;
    case 2:
      if (state.tries > 0 && !state.in_handler && pick(3) == 0)
        throw 1;
      if (pick(3) == 0)
        jump();
      break;
    case 3:
      any_scope(depth);
      break;
    case 4:
      catches(depth);
      break;
    case 5:
      lets_foreign_code_catch(depth);
      break;
    case 6:
      call_foreign(any_scope, depth);
      break;
    case 7:
      is_jumped_to(depth);
      break;
    default:
      if (!state.in_handler)
        raise(what == 8 ? SIGUSR1 : SIGUSR2);
      break;
    }
  }
  return 0;
}

static void *run(void *argument) {
  static char signal_stack[1 << 18];
  stack_t stack = {};
  stack.ss_sp = signal_stack;
  stack.ss_size = sizeof signal_stack;
  sigaltstack(&stack, nullptr);
  seed = reinterpret_cast<uintptr_t>(argument) & 255;
  steps = static_cast<long>(reinterpret_cast<uintptr_t>(argument) >> 8);
  while (steps > 0) {
    act(0);
    allocate();
  }
  return nullptr;
}

int main(int, char **arguments) {
  struct sigaction action = {};
  action.sa_handler = on_signal;
  sigaction(SIGUSR1, &action, nullptr);
  action.sa_flags = SA_ONSTACK;
  sigaction(SIGUSR2, &action, nullptr);
  auto argument = reinterpret_cast<void *>(static_cast<uintptr_t>(atol(arguments[1]) << 8 | (atol(arguments[2]) & 255)));
  pthread_t thread;
  pthread_create(&thread, nullptr, run, argument);
  pthread_join(thread, nullptr);
  run(argument);
  std::printf("allocations=%ld releases=%ld never=%d arrivals=%ld\n", allocations, allocations, OUTSIDE, arrivals);
}
#endif
