/* SPDX-License-Identifier: Apache-2.0
 *
 * abi.h: what generated code and the runtime call each other, as C sees it: the structs and prototypes that abi.def
 * lists. Included by the runtime only; programs use memscope.h.
 *
 * Contract of every entry (`__memscope_malloc` and the others of MEMSCOPE_ENTRY): it does what the replaced function
 * does, with the same result, errno and exceptions, by calling `site->real`, and records it when the calling thread is
 * tracked, or when it frees a tracked block. Any thread, async-signal-safe as far as the replaced function is. On the
 * ordinary path: no lock, no system call, no allocation.
 */
#ifndef MEMSCOPE_ABI_H
#define MEMSCOPE_ABI_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define MS_ABI_P void *
#define MS_ABI_Z size_t
#define MS_ABI_I int
#define MS_ABI_U uint32_t
#define MS_ABI_D double

/** One rewritten call; see abi.def for the fields. Generated code owns it; the runtime writes `id` only. */
struct __memscope_site {
#define MEMSCOPE_SITE_FIELD(kind, name) MS_ABI_##kind name;
#include "memscope/abi.def"
};

/** One annotated function; see abi.def for the fields. Generated code owns it; the runtime writes `id` only. */
struct __memscope_scope {
#define MEMSCOPE_SCOPE_FIELD(kind, name) MS_ABI_##kind name;
#include "memscope/abi.def"
};

/* A signature token as a parameter list, with `last` appended: MS_ABI_PROTOTYPE_P_Z(f, T) is void *f(size_t, T). */
#define MS_ABI_PROTOTYPE_P_Z(name, last) void *name(size_t, last)
#define MS_ABI_PROTOTYPE_P_ZZ(name, last) void *name(size_t, size_t, last)
#define MS_ABI_PROTOTYPE_P_ZP(name, last) void *name(size_t, void *, last)
#define MS_ABI_PROTOTYPE_P_ZZP(name, last) void *name(size_t, size_t, void *, last)
#define MS_ABI_PROTOTYPE_P_P(name, last) void *name(void *, last)
#define MS_ABI_PROTOTYPE_P_PZ(name, last) void *name(void *, size_t, last)
#define MS_ABI_PROTOTYPE_P_PZZ(name, last) void *name(void *, size_t, size_t, last)
#define MS_ABI_PROTOTYPE_I_PZZ(name, last) int name(void *, size_t, size_t, last)
#define MS_ABI_PROTOTYPE_V_P(name, last) void name(void *, last)
#define MS_ABI_PROTOTYPE_V_PZ(name, last) void name(void *, size_t, last)
#define MS_ABI_PROTOTYPE_V_PP(name, last) void name(void *, void *, last)
#define MS_ABI_PROTOTYPE_V_PZP(name, last) void name(void *, size_t, void *, last)
#define MS_ABI_PROTOTYPE_V_PZZ(name, last) void name(void *, size_t, size_t, last)
#define MS_ABI_PROTOTYPE_P_(name, last) void *name(last)
#define MS_ABI_PROTOTYPE_P_PP(name, last) void *name(void *, void *, last)
#define MS_ABI_PROTOTYPE_P_PPZ(name, last) void *name(void *, void *, size_t, last)
#define MS_ABI_PROTOTYPE_P_PPPP(name, last) void *name(void *, void *, void *, void *, last)
#define MS_ABI_PROTOTYPE_P_PZIIIO(name, last) void *name(void *, size_t, int, int, int, int64_t, last)
#define MS_ABI_PROTOTYPE_P_PZZIQ(name, last) void *name(void *, size_t, size_t, int, void *, last)
#define MS_ABI_PROTOTYPE_L_PPP(name, last) ssize_t name(void *, void *, void *, last)
#define MS_ABI_PROTOTYPE_L_PPIP(name, last) ssize_t name(void *, void *, int, void *, last)
#define MS_ABI_PROTOTYPE_I_P(name, last) int name(void *, last)
#define MS_ABI_PROTOTYPE_I_PZ(name, last) int name(void *, size_t, last)
#define MS_ABI_PROTOTYPE_I_PPP(name, last) int name(void *, void *, void *, last)
#define MS_ABI_PROTOTYPE_I_PIPP(name, last) int name(void *, int, void *, void *, last)
#define MS_ABI_PROTOTYPE_I_PPPP(name, last) int name(void *, void *, void *, void *, last)
#define MS_ABI_PROTOTYPE_I_IPPPP(name, last) int name(int, void *, void *, void *, void *, last)
#define MS_ABI_PROTOTYPE_V_PPP(name, last) void name(void *, void *, void *, last)
/* Behind a call that stays where it is: its result, its arguments, call_begin's token. */
#define MS_ABI_PROTOTYPE_I_PPE(name, last) void name(int, void *, void *, void *, last)
#define MS_ABI_PROTOTYPE_I_PIPE(name, last) void name(int, void *, int, void *, void *, last)

/* Programs and libraries link against these: the only names of the runtime they see beside memscope.h's. */
#pragma GCC visibility push(default)

#define MEMSCOPE_ENTRY(id, symbol, signature, role, family)                                                            \
  MS_ABI_PROTOTYPE_##signature(__memscope_##id, struct __memscope_site *site);
#include "memscope/abi.def"

/** What the calling thread does, enum ms_mode. Written by the thread itself. */
extern _Thread_local uint8_t __memscope_mode __attribute__((tls_model("initial-exec")));

/** The shadows of tracked_blocks.h, by region. An entry that is not NULL stays what it is. */
extern _Atomic(_Atomic uint8_t *) __memscope_regions[];

/* As the function of that name; `real` is the one the program's own call would have reached. A thread that is created
 * into an annotated variable is tracked from its start routine on. */
#define MEMSCOPE_CREATOR(id, symbol, signature) MS_ABI_PROTOTYPE_##signature(__memscope_##id, void *real);
#include "memscope/abi.def"

/** Opens the scope of an annotated function. Cost on a thread that is tracked already: a push. */
void __memscope_scope_enter(struct __memscope_scope *scope, void *frame);
/** Closes it. A scope left without this call is closed by the next hook that sees a frame above it. */
void __memscope_scope_exit(struct __memscope_scope *scope, void *frame);
/** As scope_enter, for an annotated function that can be a start routine. Where the thread was created to run
 * `function` and begins with this call, the whole thread is tracked, the destructors of its thread-locals included;
 * else this is an ordinary scope. */
void __memscope_thread_enter(struct __memscope_scope *scope, void *frame, void *function);
/** Closes every scope whose frame lies below `frame`. */
void __memscope_scope_unwound(void *frame);

/** Says that a thread which the call that follows creates into `variable`, a pthread_t, thrd_t, std::thread or
 *  std::jthread, is tracked as `scope` says. __memscope_scope_exit behind the call takes it back. */
void __memscope_thread_into(struct __memscope_scope *scope, void *frame, void *variable);
/** Called first in the code of a std::thread; `state` is the object that its creator handed to the thread. */
void __memscope_std_thread_runs(void *state);

/* Calls that are one event as a whole, whatever they do inside: the program's own allocators, and library functions
 * that no one else can call in the program's place. call_begin comes before such a call and gives a token for the hook
 * behind it. Calls of call_begin nest; allocations inside the outermost one are part of it. */
void *__memscope_call_begin(void *frame);
void __memscope_call_end(void *token);
/** Records that the call releases `block`, before it does. */
void __memscope_custom_free(void *block, void *token, struct __memscope_site *site);
/** Ends the call and records its result, unless that is NULL. `alignment` 0: none asked for. */
void __memscope_custom_alloc(void *block, size_t size, size_t alignment, void *token, struct __memscope_site *site);
/** Stamps the end of `old`, which may be NULL, before the call. */
void __memscope_custom_realloc_begin(void *old, void *token);
/** Ends the call and records what has become of it: `block` NULL means that `old` is as it was, or released where
 * `size` is 0. */
void __memscope_custom_realloc(void *block, size_t size, void *token, struct __memscope_site *site);

/** Starts the library for a process that it was preloaded into: `allocator` is the malloc behind the preloaded one, or
 * that of the program at `program`, which is said then; `map` is the site of mmap. By one thread, when the C library
 * knows the environment. @return false while the library is starting by itself. */
bool __memscope_preload_start(const void *allocator, const char *program, struct __memscope_site *map);
/** Takes care of the process's end; from a constructor, where nobody holds a lock of the C library. */
void __memscope_preload_loaded(void);
/** The entry of mmap and mmap64. */
void *__memscope_preload_map(void *place, size_t size, int protection, int flags, int file, int64_t offset);
/** As dlclose, by `real`, with no library mistaken for one that was in its place before. */
int __memscope_preload_dlclose(void *library, int (*real)(void *));
/** As pthread_getattr_np, by `real`. It allocates under a lock that the runtime asks for when it meets a new thread. */
int __memscope_preload_getattr(pthread_t thread, pthread_attr_t *attributes, int (*real)(pthread_t, pthread_attr_t *));

#define MS_ABI_JOIN(a, b) a##b
#define MS_ABI_VERSIONED(name, version) MS_ABI_JOIN(name, version)
#define MS_MODULE_CONSTRUCTOR MS_ABI_VERSIONED(__memscope_module_v, MEMSCOPE_ABI_VERSION)

/** Called once by each instrumented executable or library while it is loaded. */
void MS_MODULE_CONSTRUCTOR(void);

#pragma GCC visibility pop

#endif
