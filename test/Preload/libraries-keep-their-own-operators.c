// Libraries of C++ that a C program loads, and that keep their names to themselves, use the operators they would use alone: their own, libstdc++'s, through tail calls too; they are unloaded when the program says so, and an error that waits for dlerror stays.
// UNSUPPORTED: emulated
// RUN: g++ -O2 -fPIC -shared %S/Inputs/with_operators.cpp -o %t.shared.so
// RUN: g++ -O2 -fPIC -shared -static-libstdc++ -static-libgcc %S/Inputs/with_operators.cpp -o %t.static.so
// RUN: g++ -O2 -fPIC -shared -DPOOL %S/Inputs/with_operators.cpp -o %t.pool.so
// RUN: %gcc_plain -O1 %s -o %t.exe -ldl
// RUN: %t.exe %t.shared.so %t.static.so %t.pool.so > %t.plain
// RUN: rm -rf %t.d && %memscope run --all --out %t.d %t.exe %t.shared.so %t.static.so %t.pool.so > %t.watched
// RUN: diff %t.plain %t.watched && %filecheck %s --input-file %t.plain --check-prefix OUT
// RUN: %memscope dump %t.d | %filecheck %s
// OUT: 12346 block, unloaded, error kept
// OUT-NEXT: 12346 block, {{.*}}, error kept
// OUT-NEXT: 12346 block, unloaded, error kept
// The one with a libstdc++ of its own has names that are unique in a process, and stays, also when run alone.
// What the two libraries with libstdc++'s operators obtain; malloc is called by these.
// CHECK-COUNT-2: size=12346 {{.*}}callee=malloc route=preload
#include <dlfcn.h>
#include <stdio.h>

int main(int argc, char **argv) {
  for (int i = 1; i < argc; i++) {
    void *other = i + 1 < argc ? dlopen(argv[i + 1], RTLD_NOW | RTLD_LOCAL) : NULL;
    void *library = dlopen(argv[i], RTLD_NOW | RTLD_LOCAL);
    if (!library || (i + 1 < argc && !other)) {
      puts(dlerror());
      return 1;
    }
    void *(*make)(unsigned) = (void *(*)(unsigned))dlsym(library, "make");
    void (*destroy)(void *) = (void (*)(void *))dlsym(library, "destroy");
    int (*grow)(int) = (int (*)(int))dlsym(library, "grow");
    int length = grow(12345);
    void *first = make(100), *second = other ? ((void *(*)(unsigned))dlsym(other, "make"))(100) : NULL;
    if (other)
      ((void (*)(void *))dlsym(other, "destroy"))(second);
    dlopen("/there/is/none.so", RTLD_NOW);
    destroy(first);
    void *kept = make(10);
    int error = dlerror() != NULL;
    destroy(kept);
    dlclose(library);
    int gone = dlopen(argv[i], RTLD_NOW | RTLD_NOLOAD) == NULL;
    printf("%d %s, %s, %s\n", length, first && kept ? "block" : "NO BLOCK", gone ? "unloaded" : "STILL THERE",
           error ? "error kept" : "ERROR LOST");
    if (other)
      dlclose(other);
  }
}
