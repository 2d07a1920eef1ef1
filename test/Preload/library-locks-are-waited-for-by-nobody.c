// Whoever holds a lock of the C library or of the dynamic linker is waited for by nobody: a library's constructor that starts threads and joins them, in C and C++, and one whose exit handlers fill a table before anything was allocated.
// UNSUPPORTED: emulated
// RUN: g++ -O2 -fPIC -shared -pthread %S/Inputs/joins_in_its_constructor.cpp -o %t.cxx.so
// RUN: %gcc_plain -O1 -fno-builtin -fPIC -shared -pthread -DPLUGIN %s -o %t.c.so
// RUN: %gcc_plain -O1 -fno-builtin -fPIC -shared -DHANDLERS %s -o %t.handlers.so
// RUN: %gcc_plain -O1 -fno-builtin %s -o %t.exe -Wl,--no-as-needed %t.handlers.so -ldl
// RUN: for all in "" --all; do rm -rf %t.d && timeout 60 %memscope run $all --out %t.d %t.exe %t.c.so %t.cxx.so | %filecheck %s || exit 1; done
// CHECK: joined
// CHECK-NEXT: joined
// CHECK-NEXT: end
// CHECK-NEXT: 60 handlers
#define _GNU_SOURCE
#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#if defined(PLUGIN)
static void *work(void *unused) {
  pthread_attr_t attributes;
  free(malloc(10));
  if (pthread_getattr_np(pthread_self(), &attributes) == 0)
    pthread_attr_destroy(&attributes);
  return unused;
}
__attribute__((constructor)) static void begin(void) {
  pthread_t thread;
  pthread_create(&thread, NULL, work, NULL);
  pthread_join(thread, NULL);
  puts("joined");
}
#elif defined(HANDLERS)
static int handlers;
static void handler(void) {
  if (++handlers == 60)
    puts("60 handlers");
}
static void ignore(void) {}
__attribute__((constructor)) static void begin(void) {
  for (int i = 0; i < 60; i++)
    atexit(handler);
  for (int i = 0; i < 60; i++)
    pthread_atfork(NULL, NULL, ignore);
}
#else
int main(int argc, char **argv) {
  for (int i = 1; i < argc; i++) {
    void *library = dlopen(argv[i], RTLD_NOW);
    if (!library || dlclose(library) != 0)
      puts(dlerror());
  }
  puts("end");
}
#endif
