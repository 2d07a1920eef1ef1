// A run of another machine gets its names from a copy of that machine's files, told from others of the same name by their build id; a library
// that was linked by a relative path is found where the program ran.
// RUN: rm -rf %t.dir && mkdir -p %t.dir && cd %t.dir
// RUN: %clang_plain -g -O1 -fPIC -shared -DLIBRARY -Wl,--build-id %s -o library.so
// RUN: %clang_memscope -O1 -Wl,--build-id %s -o program ./library.so %link_memscope && ./program
// RUN: %memscope dump --stacks Memoryanalysis | %filecheck %s --check-prefix=FOUND
// RUN: mkdir -p "root/$PWD" && mv program library.so "root/$PWD" && echo other > library.so
// RUN: %memscope dump --stacks Memoryanalysis | %filecheck %s --check-prefix=LOST
// RUN: cd / && %memscope dump --stacks --sysroot=%t.dir/root %t.dir/Memoryanalysis | %filecheck %s --check-prefix=FOUND
// RUN: %memscope report --sysroot %t.dir/root --by site %t.dir/Memoryanalysis | %filecheck %s --check-prefix=SITE
// RUN: %memscope export --sysroot %t.dir/root %t.dir/Memoryanalysis > %t.dir/out
// RUN: %python %inputs/json_value.py %t.dir/Memoryanalysis/memscope_comprehensive.json run.modules.0.symbols | %filecheck %s --check-prefix=JSON
// FOUND: allocate at {{.*}}symbols-come-from-a-sysroot.c:[[#@LINE+14]]
// FOUND-NEXT: call at {{.*}}symbols-come-from-a-sysroot.c:[[#@LINE+6]]
// LOST: {{#0 .*}} in program
// LOST-NEXT: {{#1 .*}} in library.so
// SITE: allocate
// JSON: dwarf
#ifdef LIBRARY
void call(void (*callback)(void)) { callback(), *(volatile char *)&callback; } /* no tail call */
#else
#include <memscope/annotations.h>
#include <stdlib.h>

void call(void (*callback)(void));
void *volatile kept;
static void allocate(void) { kept = malloc(8); }

MEMSCOPE_TRACK int main(void) { call(allocate); }
#endif
