// A C program that loads libraries of C++, and keeps their names to themselves, runs as it does alone, and what they allocate with operator new is recorded.
// UNSUPPORTED: emulated
// RUN: %clangxx_plain -O1 -fPIC -shared %S/Inputs/growing_string.cpp -o %t.shared.so
// RUN: %clangxx_plain -O1 -fPIC -shared -static-libstdc++ -static-libgcc %S/Inputs/growing_string.cpp -o %t.static.so
// RUN: %gcc_plain -O1 %s -o %t.exe -ldl
// RUN: rm -rf %t.d && %memscope run --all --out %t.d %t.exe %t.static.so %t.shared.so %t.static.so | %filecheck %s --check-prefix OUT
// RUN: %memscope dump %t.d | %filecheck %s
// OUT: 12346 12346 12346
// CHECK-COUNT-3: size=12346 {{.*}}callee=operator new route=preload
#include <dlfcn.h>
#include <stdio.h>

int main(int argc, char **argv) {
  for (int i = 1; i < argc; i++) {
    void *library = dlopen(argv[i], RTLD_NOW | RTLD_LOCAL);
    int (*grow)(int) = library ? (int (*)(int))dlsym(library, "grow") : NULL;
    if (!grow) {
      puts(dlerror());
      return 1;
    }
    printf("%d ", grow(12345));
    dlclose(library);
  }
  puts(dlerror() ? "an error is left" : "");
}
