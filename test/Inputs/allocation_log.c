/* SPDX-License-Identifier: Apache-2.0
 *
 * allocation_log.c: an LD_PRELOAD library that writes down each call of an allocation function that the program itself
 * makes, all threads in one order, and knows nothing of MemScope. At exit the calls go to the file $ALLOCATION_LOG, a
 * line each: thread, function as the linker knows it, bytes asked for, released block, new block. A realloc has two
 * lines, a release from before the call and an allocation from after it.
 *
 * Before any code of the program runs, its references to the functions (calls, tables, addresses taken) are pointed
 * here, and those of no other module: what the C and C++ libraries allocate for themselves is not counted, whatever
 * the compilers made of their tail calls.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <link.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

/* ---- the log ---- */

struct call {
  const char *function;
  void *released, *block;
  size_t size;
  unsigned thread;
};

/* Zero pages until used, so that noting a call allocates nothing. */
static struct call calls[1 << 20];
static atomic_size_t count;

static void note(const char *function, size_t size, void *released, void *block) {
  static __thread unsigned thread __attribute__((tls_model("initial-exec")));
  if (thread == 0)
    thread = (unsigned)syscall(SYS_gettid);
  size_t at = atomic_fetch_add(&count, 1);
  if (at >= sizeof calls / sizeof *calls)
    abort();
  calls[at] = (struct call){function, released, block, size, thread};
}

static void write_out(int file, const char *text, size_t bytes) {
  if (write(file, text, bytes) != (ssize_t)bytes)
    abort();
}

__attribute__((destructor)) static void write_log(void) {
  static char text[1 << 16];
  size_t used = 0;
  int file = open(getenv("ALLOCATION_LOG"), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  for (size_t i = 0; i < count; i++) {
    const struct call *call = &calls[i];
    used += (size_t)sprintf(text + used, "%u %s %zu %p %p\n", call->thread, call->function, call->size, call->released,
                            call->block);
    if (used > sizeof text / 2) {
      write_out(file, text, used);
      used = 0;
    }
  }
  write_out(file, text, used);
}

/* ---- the functions ---- */

struct replacement {
  const char *function;
  void *by, *real;
};

/* Defines what stands in for a function; `real` is the function. */
#define REPLACE(type, function, parameters)                                                                            \
  static type by_##function parameters;                                                                                \
  static struct replacement of_##function __attribute__((section("replacements"), used)) = {#function,                 \
                                                                                            by_##function, NULL};      \
  static type by_##function parameters

#define REAL(function) ((__typeof__(&by_##function))of_##function.real)

#define ALLOCATION(function, parameters, arguments, bytes)                                                             \
  REPLACE(void *, function, parameters) {                                                                              \
    void *block = REAL(function) arguments;                                                                            \
    note(#function, bytes, NULL, block);                                                                               \
    return block;                                                                                                      \
  }
#define REALLOCATION(function, parameters, arguments, bytes)                                                           \
  REPLACE(void *, function, parameters) {                                                                              \
    note(#function, 0, old, NULL);                                                                                     \
    void *block = REAL(function) arguments;                                                                            \
    note(#function, bytes, NULL, block);                                                                               \
    return block;                                                                                                      \
  }
#define RELEASE(function, parameters, arguments)                                                                       \
  REPLACE(void, function, parameters) {                                                                                \
    note(#function, 0, block, NULL);                                                                                   \
    REAL(function) arguments;                                                                                          \
  }

ALLOCATION(malloc, (size_t size), (size), size)
ALLOCATION(calloc, (size_t n, size_t size), (n, size), n *size)
ALLOCATION(aligned_alloc, (size_t alignment, size_t size), (alignment, size), size)
ALLOCATION(memalign, (size_t alignment, size_t size), (alignment, size), size)
ALLOCATION(valloc, (size_t size), (size), size)
ALLOCATION(pvalloc, (size_t size), (size), size)
ALLOCATION(strdup, (const char *text), (text), strlen(text) + 1)
ALLOCATION(strndup, (const char *text, size_t max), (text, max), strnlen(text, max) + 1)
REALLOCATION(realloc, (void *old, size_t size), (old, size), size)
REALLOCATION(reallocarray, (void *old, size_t n, size_t size), (old, n, size), n *size)
RELEASE(free, (void *block), (block))

REPLACE(int, posix_memalign, (void **out, size_t alignment, size_t size)) {
  int error = REAL(posix_memalign)(out, alignment, size);
  note("posix_memalign", size, NULL, error ? NULL : *out);
  return error;
}

/* operator new and delete; `tag` is std::nothrow. */
ALLOCATION(_Znwm, (size_t size), (size), size)
ALLOCATION(_Znam, (size_t size), (size), size)
ALLOCATION(_ZnwmRKSt9nothrow_t, (size_t size, void *tag), (size, tag), size)
ALLOCATION(_ZnamRKSt9nothrow_t, (size_t size, void *tag), (size, tag), size)
ALLOCATION(_ZnwmSt11align_val_t, (size_t size, size_t alignment), (size, alignment), size)
ALLOCATION(_ZnamSt11align_val_t, (size_t size, size_t alignment), (size, alignment), size)
ALLOCATION(_ZnwmSt11align_val_tRKSt9nothrow_t, (size_t size, size_t align, void *tag), (size, align, tag), size)
ALLOCATION(_ZnamSt11align_val_tRKSt9nothrow_t, (size_t size, size_t align, void *tag), (size, align, tag), size)
RELEASE(_ZdlPv, (void *block), (block))
RELEASE(_ZdaPv, (void *block), (block))
RELEASE(_ZdlPvm, (void *block, size_t size), (block, size))
RELEASE(_ZdaPvm, (void *block, size_t size), (block, size))
RELEASE(_ZdlPvSt11align_val_t, (void *block, size_t align), (block, align))
RELEASE(_ZdaPvSt11align_val_t, (void *block, size_t align), (block, align))
RELEASE(_ZdlPvmSt11align_val_t, (void *block, size_t size, size_t align), (block, size, align))
RELEASE(_ZdaPvmSt11align_val_t, (void *block, size_t size, size_t align), (block, size, align))
RELEASE(_ZdlPvRKSt9nothrow_t, (void *block, void *tag), (block, tag))
RELEASE(_ZdaPvRKSt9nothrow_t, (void *block, void *tag), (block, tag))
RELEASE(_ZdlPvSt11align_val_tRKSt9nothrow_t, (void *block, size_t align, void *tag), (block, align, tag))
RELEASE(_ZdaPvSt11align_val_tRKSt9nothrow_t, (void *block, size_t align, void *tag), (block, align, tag))

/* ---- the program's references to them ---- */

extern struct replacement __start_replacements[], __stop_replacements[];

static struct replacement *replacement_for(const char *function) {
  for (struct replacement *r = __start_replacements; r < __stop_replacements; r++)
    if (strcmp(r->function, function) == 0)
      return r;
  return NULL;
}

static void point_to(void **reference, void *function) {
  uintptr_t page = (uintptr_t)reference & -(uintptr_t)4096; /* read-only once it is relocated, perhaps */
  if (mprotect((void *)page, 4096, PROT_READ | PROT_WRITE) != 0)
    abort();
  *reference = function;
}

__attribute__((constructor)) static void take_over(void) {
  const struct link_map *program = _r_debug.r_map;
  uintptr_t value[DT_JMPREL + 1] = {0};
  for (const ElfW(Dyn) *entry = program->l_ld; entry->d_tag != DT_NULL; entry++)
    if (entry->d_tag <= DT_JMPREL)
      value[entry->d_tag] = entry->d_un.d_ptr;
  for (struct replacement *r = __start_replacements; r < __stop_replacements; r++)
    r->real = dlsym(RTLD_DEFAULT, r->function);
  const uintptr_t tables[2][2] = {{value[DT_RELA], value[DT_RELASZ]}, {value[DT_JMPREL], value[DT_PLTRELSZ]}};
  for (int i = 0; i < 2; i++)
    for (const ElfW(Rela) *at = (void *)tables[i][0]; (uintptr_t)at < tables[i][0] + tables[i][1]; at++) {
      const ElfW(Sym) *symbol = (const ElfW(Sym) *)value[DT_SYMTAB] + ELF64_R_SYM(at->r_info);
      struct replacement *found = replacement_for((const char *)value[DT_STRTAB] + symbol->st_name);
      if (found)
        point_to((void **)(program->l_addr + at->r_offset), found->by);
    }
}
