// Code that comes to stand where an unloaded library stood has no unwind rules: a stack through it is cut there, and the
// library's tables, which are gone, are not read.
// RUN: rm -rf %t.dir && mkdir -p %t.dir && cd %t.dir
// RUN: %clang_plain -O2 -fPIC -shared -DLIBRARY %s -o library.so
// RUN: %clang_memscope -O1 %s -o program %link_memscope -ldl && env MEMSCOPE_OPTIONS=resources=0 ./program
// RUN: %memscope dump --json Memoryanalysis | grep '"kind":"stack"' | %filecheck %s
// CHECK: "flags":0
// CHECK: "flags":2
#define _GNU_SOURCE
#ifdef LIBRARY
void call(void (*callback)(void)) {
  callback();
  __asm__ volatile("");
}
#else
#include <dlfcn.h>
#include <memscope/annotations.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

static void *volatile kept;

__attribute__((noinline)) static void allocate(void) { kept = malloc(40); }

#ifdef __aarch64__ /* stp x29, x30, [sp, #-16]!; blr x0; ldp x29, x30, [sp], #16; ret */
static const uint32_t code[] = {0xa9bf7bfd, 0xd63f0000, 0xa8c17bfd, 0xd65f03c0};
#else /* sub $8,%rsp; call *%rdi; add $8,%rsp; ret */
static const unsigned char code[] = {0x48, 0x83, 0xec, 0x08, 0xff, 0xd7, 0x48, 0x83, 0xc4, 0x08, 0xc3};
#endif

MEMSCOPE_TRACK int main(void) {
  void *library = dlopen("./library.so", RTLD_NOW);
  if (!library)
    return 1;
  void (*call)(void (*)(void)) = (void (*)(void (*)(void)))dlsym(library, "call");
  call(allocate);
  dlclose(library);
  char *page = (char *)((uintptr_t)call & ~(uintptr_t)4095);
  if (mmap(page, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0) != page)
    return 2;
  memcpy(page + 64, code, sizeof code);
  __builtin___clear_cache(page, page + 4096);
  call = (void (*)(void (*)(void)))(uintptr_t)(page + 64);
  call(allocate);
  return 0;
}
#endif
