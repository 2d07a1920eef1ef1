/* SPDX-License-Identifier: Apache-2.0
 *
 * preload.c: libmemscope_preload.so, the second route. It stands before the allocator of a process, so that everybody's
 * calls lead here, those of prebuilt libraries and of programs that were not built with the plugin, and from here to
 * the runtime's entries. The calling thread's mode decides there, as for a rewritten call. What the entry of a
 * rewritten call makes the real function do comes here as well, and is known to be a part of that call (calling.h).
 *
 * Every row of abi.def that is an allocator itself is interposed; what else allocates, strdup for example, calls one.
 * Each has one site, marked with its route. An entry is reached by a tail call: its caller is the program.
 *
 * The first call finds the real functions. The runtime starts with the first one after libc itself, so before the
 * constructors of other libraries. What the dynamic linker allocates before that is not seen.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <link.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "memscope/abi.h"

#define EXPORT __attribute__((visibility("default")))
#define COLD __attribute__((noinline, cold))
#define LIKELY(condition) __builtin_expect(!!(condition), 1)

/* ---- rows: what is interposed, and how ---- */

/* ROW(role, ...) is ROW_<role>(...): nothing for a function that is no allocator, else what EACH makes of it, with the
 * word for it in C++. */
#define ROW_SIZE(id, symbol, signature, family) EACH(id, symbol, signature, CALLEE_##family(symbol, "new"))
#define ROW_COUNT_SIZE ROW_SIZE
#define ROW_REALLOC ROW_SIZE
#define ROW_REALLOCARRAY ROW_SIZE
#define ROW_ALIGN_SIZE ROW_SIZE
#define ROW_OUT_ALIGN_SIZE ROW_SIZE
#define ROW_SIZE_NOTHROW ROW_SIZE
#define ROW_SIZE_ALIGN ROW_SIZE
#define ROW_SIZE_ALIGN_NOTHROW ROW_SIZE
#define ROW_MAP ROW_SIZE
#define ROW_UNMAP ROW_SIZE
#define ROW_REMAP ROW_SIZE
#define ROW_FREE(id, symbol, signature, family) EACH(id, symbol, signature, CALLEE_##family(symbol, "delete"))
#define ROW_FREE_SIZE ROW_FREE
#define ROW_FREE_SIZE_ALIGN ROW_FREE
#define ROW_FREE_NOTHROW ROW_FREE
#define ROW_FREE_ALIGN_NOTHROW ROW_FREE
#define ROW_STRING(...)
#define ROW_STRING_MAX ROW_STRING
#define ROW_WIDE_STRING ROW_STRING
#define ROW_FORMAT ROW_STRING
#define ROW_FORMAT_CHECKED ROW_STRING
#define ROW_FORMAT_LIST ROW_STRING
#define ROW_FORMAT_LIST_CHECKED ROW_STRING
#define ROW_LINE ROW_STRING
#define ROW_DELIMITED ROW_STRING
#define ROW_PATH ROW_STRING
#define ROW_PATH_CHECKED ROW_STRING
#define ROW_WORKING_DIRECTORY ROW_STRING
#define ROW_WORKING_DIRECTORY_CHECKED ROW_STRING
#define ROW_NAME ROW_STRING
#define ROW_NAME_IN ROW_STRING
#define ROW_LIST ROW_STRING
#define ROW_LIST_AT ROW_STRING
#define ROW_STREAM ROW_STRING
#define ROW_WIDE_STREAM ROW_STRING
#define ROW_CLOSE ROW_STRING
#define ROW_DEMANGLE ROW_STRING

#define CALLEE_MALLOC(symbol, word) symbol
#define CALLEE_MAPPING(symbol, word) symbol
#define CALLEE_NEW(symbol, word) "operator " word
#define CALLEE_NEW_ARRAY(symbol, word) "operator " word "[]"

#define MEMSCOPE_ENTRY(id, symbol, signature, role, family) ROW_##role(id, #symbol, signature, family)

enum {
#define EACH(id, symbol, signature, callee) SITE_##id,
#include "memscope/abi.def"
#undef EACH
  SITES
};

#define MEMSCOPE_ENTRY(id, symbol, signature, role, family) ROW_##role(id, #symbol, signature, family)
static struct __memscope_site sites[SITES] = {
#define EACH(id, symbol, signature, name) [SITE_##id] = {.route = MEMSCOPE_ROUTE_PRELOAD, .callee = (void *)(name)},
#include "memscope/abi.def"
#undef EACH
};

#define MEMSCOPE_ENTRY(id, symbol, signature, role, family) ROW_##role(id, #symbol, signature, family)
static const char *const symbols[SITES] = {
#define EACH(id, symbol, signature, callee) [SITE_##id] = (symbol),
#include "memscope/abi.def"
#undef EACH
};

static bool is_operator(int site) { return strncmp(symbols[site], "_Z", 2) == 0; }

/* ---- start ---- */

/* What is found out so far. BUSY: a thread is at it, and what it allocates meanwhile goes past the runtime. */
enum { NOTHING, BUSY, FOUND, RUNNING };
static _Atomic int state;

/* std::nothrow: there when the program began with a C++ library. */
extern const char nothrow __asm__("_ZSt7nothrow") __attribute__((weak));

static bool has_allocator;
static int (*real_dlclose)(void *);
static int (*real_getattr)(pthread_t, pthread_attr_t *);

static void find(int site) {
  if (!sites[site].real)
    sites[site].real = dlsym(RTLD_NEXT, symbols[site]);
}

static void withdraw(const ElfW(Sym) * symbol) {
  uintptr_t page = (uintptr_t)symbol & -(uintptr_t)sysconf(_SC_PAGESIZE);
  size_t bytes = (uintptr_t)(symbol + 1) - page;
  if (syscall(SYS_mprotect, page, bytes, PROT_READ | PROT_WRITE) != 0)
    return;
  ElfW(Sym) *own = (ElfW(Sym) *)(uintptr_t)symbol;
  own->st_value = 0;
  own->st_shndx = SHN_UNDEF;
  (void)syscall(SYS_mprotect, page, bytes, PROT_READ);
}

/* Takes the names of the operators back, in this process's copy of our table of names. In a program of C they come with
 * a library that is loaded later, often more than once, and each library is to find the ones that it would have found
 * without us. They call malloc. */
static void withdraw_operators(void) {
  const ElfW(Sym) *table = NULL;
  const char *names = NULL;
  const uint32_t *hash = NULL; /* its second word is the number of names */
  for (const ElfW(Dyn) *entry = _DYNAMIC; entry->d_tag != DT_NULL; entry++)
    if (entry->d_tag == DT_SYMTAB)
      table = (const ElfW(Sym) *)entry->d_un.d_ptr;
    else if (entry->d_tag == DT_STRTAB)
      names = (const char *)entry->d_un.d_ptr;
    else if (entry->d_tag == DT_HASH)
      hash = (const uint32_t *)entry->d_un.d_ptr;
  for (uint32_t i = 0; table && names && hash && i < hash[1]; i++)
    if (table[i].st_shndx != SHN_UNDEF && strncmp(names + table[i].st_name, "_Z", 2) == 0)
      withdraw(&table[i]);
}

/* All at once: later on another thread may hold the dynamic linker's lock, and wait for this one. What is not there is
 * not looked for: dlsym then makes a text, with the allocators of others who may be looking for theirs just now.
 * free_sized and its kin are free, as the standard has it. */
static void find_all(void) {
  find(SITE_malloc);
  find(SITE_free);
  find(SITE_calloc);
  find(SITE_realloc);
  has_allocator = true;
  sites[SITE_cfree].real = sites[SITE_free_sized].real = sites[SITE_free_aligned_sized].real = sites[SITE_free].real;
  bool operators = &nothrow != NULL;
  for (int i = 0; i < SITES; i++)
    if (operators || !is_operator(i))
      find(i);
  if (!operators)
    withdraw_operators();
  real_dlclose = (int (*)(void *))dlsym(RTLD_NEXT, "dlclose");
  real_getattr = (int (*)(pthread_t, pthread_attr_t *))dlsym(RTLD_NEXT, "pthread_getattr_np");
}

/* The program's malloc if it has one, which answers for its libraries as well; else NULL. A stub in a program at a
 * fixed address is none, though its address is the function's for all. */
static const void *find_own_allocator(const char **path) {
  void *first = dlsym(RTLD_DEFAULT, "malloc"), *symbol = NULL;
  Dl_info program, there;
  bool own = first && dladdr((void *)getauxval(AT_ENTRY), &program) &&
             dladdr1(first, &there, &symbol, RTLD_DL_SYMENT) && symbol && program.dli_fbase == there.dli_fbase &&
             ((const ElfW(Sym) *)symbol)->st_shndx != SHN_UNDEF;
  *path = own ? there.dli_fname : NULL;
  return own ? first : NULL;
}

/* Returns whether the runtime may be asked. It is not started by a mapping: an allocator may be making it, and hold a
 * lock that the C library's calls for the runtime would ask for. */
static COLD bool start(bool by_mapping) {
  int saved_errno = errno, now = NOTHING;
  if (atomic_compare_exchange_strong(&state, &now, BUSY))
    find_all();
  else if (now != FOUND || !atomic_compare_exchange_strong(&state, &now, BUSY))
    return now == RUNNING;
  now = FOUND;
  if (environ && !by_mapping) { /* the C library has been started if it knows the environment */
    const char *path;
    const void *own = find_own_allocator(&path);
    if (__memscope_preload_start(own ? own : sites[SITE_malloc].real, path, &sites[SITE_mmap]))
      now = RUNNING;
  }
  atomic_store(&state, now);
  errno = saved_errno;
  return now == RUNNING;
}

static inline bool is_running(void) { return LIKELY(atomic_load_explicit(&state, memory_order_relaxed) == RUNNING); }

/* Returns whether the entry may be called: the runtime is there, and so is the real function. Another library's malloc
 * may need a function that has not been looked for yet. */
static COLD bool become_ready(int site) {
  bool running =
      is_running() || start(site == SITE_mmap || site == SITE_mmap64 || site == SITE_munmap || site == SITE_mremap);
  if (has_allocator && !sites[site].real)
    find(site);
  return running && sites[site].real;
}

__attribute__((constructor)) static void on_load(void) {
  (void)start(false);
  __memscope_preload_loaded();
}

/* ---- functions ---- */

/* Under the symbol's name, which the compiler knows with other types. `failure`: where there is no real function.
 * `entry` is reached by a tail call. */
#define DEFINE_BY(entry, id, symbol, result, failure, parameters, types, arguments)                                    \
  static COLD result early_##id parameters {                                                                           \
    struct __memscope_site *site = &sites[SITE_##id];                                                                  \
    if (become_ready(SITE_##id))                                                                                       \
      return entry;                                                                                                    \
    return site->real ? ((result(*) types)site->real)arguments : (failure);                                            \
  }                                                                                                                    \
                                                                                                                       \
  EXPORT result memscope_preload_##id parameters __asm__(symbol);                                                      \
  result memscope_preload_##id parameters {                                                                            \
    struct __memscope_site *site = &sites[SITE_##id];                                                                  \
    if (LIKELY(is_running() && site->real))                                                                            \
      return entry;                                                                                                    \
    return early_##id arguments;                                                                                       \
  }
#define DEFINE(id, symbol, result, failure, parameters, types, arguments)                                              \
  DEFINE_BY(__memscope_##id(WITHOUT_PARENTHESES arguments, site), id, symbol, result, failure, parameters, types,      \
            arguments)
#define WITHOUT_PARENTHESES(...) __VA_ARGS__

#define NO_MEMORY(value) (errno = ENOMEM, (value))

#define DEFINE_P_Z(id, symbol) DEFINE(id, symbol, void *, NO_MEMORY(NULL), (size_t a), (size_t), (a))
#define DEFINE_P_ZZ(id, symbol)                                                                                        \
  DEFINE(id, symbol, void *, NO_MEMORY(NULL), (size_t a, size_t b), (size_t, size_t), (a, b))
#define DEFINE_P_ZP(id, symbol)                                                                                        \
  DEFINE(id, symbol, void *, NO_MEMORY(NULL), (size_t a, void *b), (size_t, void *), (a, b))
#define DEFINE_P_ZZP(id, symbol)                                                                                       \
  DEFINE(id, symbol, void *, NO_MEMORY(NULL), (size_t a, size_t b, void *c), (size_t, size_t, void *), (a, b, c))
#define DEFINE_P_PZ(id, symbol)                                                                                        \
  DEFINE(id, symbol, void *, NO_MEMORY(NULL), (void *a, size_t b), (void *, size_t), (a, b))
#define DEFINE_P_PZZ(id, symbol)                                                                                       \
  DEFINE(id, symbol, void *, NO_MEMORY(NULL), (void *a, size_t b, size_t c), (void *, size_t, size_t), (a, b, c))
#define DEFINE_I_PZZ(id, symbol)                                                                                       \
  DEFINE(id, symbol, int, ENOMEM, (void *a, size_t b, size_t c), (void *, size_t, size_t), (a, b, c))
#define DEFINE_V_P(id, symbol) DEFINE(id, symbol, void, (void)0, (void *a), (void *), (a))
#define DEFINE_V_PZ(id, symbol) DEFINE(id, symbol, void, (void)0, (void *a, size_t b), (void *, size_t), (a, b))
#define DEFINE_V_PP(id, symbol) DEFINE(id, symbol, void, (void)0, (void *a, void *b), (void *, void *), (a, b))
#define DEFINE_V_PZZ(id, symbol)                                                                                       \
  DEFINE(id, symbol, void, (void)0, (void *a, size_t b, size_t c), (void *, size_t, size_t), (a, b, c))
#define DEFINE_V_PZP(id, symbol)                                                                                       \
  DEFINE(id, symbol, void, (void)0, (void *a, size_t b, void *c), (void *, size_t, void *), (a, b, c))
#define DEFINE_P_PZIIIO(id, symbol)                                                                                    \
  DEFINE_BY(__memscope_preload_map(a, b, c, d, e, f), id, symbol, void *, NO_MEMORY((void *)-1),                       \
            (void *a, size_t b, int c, int d, int e, off_t f), (void *, size_t, int, int, int, off_t),                 \
            (a, b, c, d, e, f))
#define DEFINE_I_PZ(id, symbol) DEFINE(id, symbol, int, NO_MEMORY(-1), (void *a, size_t b), (void *, size_t), (a, b))
#define DEFINE_P_PZZIQ(id, symbol)                                                                                     \
  DEFINE(id, symbol, void *, NO_MEMORY((void *)-1), (void *a, size_t b, size_t c, int d, void *e),                     \
         (void *, size_t, size_t, int, void *), (a, b, c, d, e))

#define MEMSCOPE_ENTRY(id, symbol, signature, role, family) ROW_##role(id, #symbol, signature, family)
#define EACH(id, symbol, signature, callee) DEFINE_##signature(id, symbol)
#include "memscope/abi.def"

/* What the runtime has to know of, beside allocators. */

EXPORT int dlclose(void *library) {
  if (!real_dlclose)
    (void)start(false);
  return __memscope_preload_dlclose(library, real_dlclose);
}

EXPORT int pthread_getattr_np(pthread_t thread, pthread_attr_t *attributes) {
  if (!real_getattr)
    (void)start(false);
  return __memscope_preload_getattr(thread, attributes, real_getattr);
}
