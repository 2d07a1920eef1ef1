// Whichever function the linker and the loader bind a call to, that one is called and recorded: an allocator with a versioned name, one
// of two versions of a function, what a library finds in itself with RTLD_DEEPBIND; in a program at a fixed address, at any, or
// linked statically.
// UNSUPPORTED: emulated
// RUN: rm -rf %t.dir && mkdir -p %t.dir && cd %t.dir
// RUN: echo 'OWN_1 { global: malloc; free; own_calls; };' > own.map && %clang_plain -O1 -fPIC -shared -DOWN %s -Wl,--version-script=own.map -o libown.so
// RUN: echo 'V_1 { global: make; local: *; }; V_2 { global: make; } V_1;' > made.map
// RUN: %clang_memscope -O1 -fPIC -shared -DMADE %s -Wl,--version-script=made.map -o libmade.so %link_memscope
// RUN: %clang_plain -O1 -fPIC -DDEEP_OWN -c %s -o deep.o && %clang_memscope -O1 -fPIC -shared -DDEEP %s deep.o -o libdeep.so %link_memscope
// RUN: for kind in "-no-pie -Wl,-Ttext-segment=0x20000000" -pie; do \
// RUN:   %clang_memscope -O1 -fPIE $kind -DLIBRARIES %s -o program -L. -lown -lmade -Wl,-rpath,%t.dir %link_memscope -ldl && ./program && \
// RUN:   %memscope dump Memoryanalysis | %filecheck %s && %memscope dump --stacks Memoryanalysis | grep ' main ' > frames || exit 1; done
// RUN: for kind in -static -static-pie "-no-pie -Wl,-Ttext-segment=0x20000000"; do \
// RUN:   %memscope-clang -g -O1 $kind %s -o program && ./program && %memscope dump Memoryanalysis | %filecheck %s --check-prefix=ALONE && \
// RUN:   %memscope dump --stacks Memoryanalysis | grep ' main ' > frames || exit 1; done
// CHECK: size=4440 {{.*}} callee=malloc function=run
// CHECK: size=21 {{.*}} function=make_1
// CHECK: size=22 {{.*}} function=make_2
// CHECK: size=10 {{.*}} function=deep
// CHECK: total allocations=4 deallocations=4
// ALONE: size=4440 {{.*}} callee=malloc function=run
// ALONE: total allocations=1 deallocations=1
#define _GNU_SOURCE
#include <stddef.h>
#define PUBLIC __attribute__((visibility("default")))

#if defined(OWN)
static _Alignas(16) char arena[1 << 20];
static size_t used;
static int calls_of_4440;

PUBLIC void *malloc(size_t size) {
  calls_of_4440 += size == 4440;
  void *block = arena + used;
  used += (size + 15) & ~(size_t)15;
  return used <= sizeof arena ? block : NULL;
}
PUBLIC void free(void *block) { (void)block; }
PUBLIC int own_calls(void) { return calls_of_4440; }

#elif defined(MADE)
#include <memscope/annotations.h>
#include <stdlib.h>
void *volatile kept;
MEMSCOPE_TRACK PUBLIC void make_1(void) { free(kept = malloc(21)); }
MEMSCOPE_TRACK PUBLIC void make_2(void) { free(kept = malloc(22)); }
__asm__(".symver make_1, make@V_1\n.symver make_2, make@@V_2");

#elif defined(DEEP_OWN)
static _Alignas(16) char arena[1000];
static int obtained, released;
PUBLIC void *malloc(size_t size) { return obtained += size == 10, arena; }
PUBLIC void free(void *block) { released += block == arena; }
int was_called(void) { return obtained == 1 && released == 1; }

#elif defined(DEEP)
#include <memscope/annotations.h>
#include <stdlib.h>
int was_called(void);
void *volatile kept;
MEMSCOPE_TRACK PUBLIC int deep(void) {
  free(kept = malloc(10));
  return was_called();
}

#else
#include <memscope/annotations.h>
#include <stdlib.h>
void *volatile kept;

#ifdef LIBRARIES
#include <dlfcn.h>
int own_calls(void);
void make_of_old(void);
void make(void);
__asm__(".symver make_of_old, make@V_1");

static int call_others(void) {
  make_of_old();
  make();
  void *library = dlopen("./libdeep.so", RTLD_NOW | RTLD_DEEPBIND);
  return library && ((int (*)(void))dlsym(library, "deep"))() && own_calls() == 1;
}
#else
static int call_others(void) { return 1; }
#endif

MEMSCOPE_TRACK static int run(void) {
  free(kept = malloc(4440));
  return 0;
}

int main(void) {
  run();
  return !call_others();
}
#endif
