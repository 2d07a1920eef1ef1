// The first allocation of a thread may come from a function of the C library that holds a lock of the thread's; those of other libraries' constructors and destructors are recorded, too.
// UNSUPPORTED: emulated
// RUN: %gcc_plain -O1 -fno-builtin -fPIC -shared -DLIBRARY %s -o %t.so
// RUN: %gcc_plain -O1 -fno-builtin -pthread %s -Wl,--no-as-needed %t.so -o %t.exe
// RUN: rm -rf %t.d && timeout 60 %memscope run --all --out %t.d %t.exe | %filecheck %s --check-prefix OUT
// RUN: %memscope dump %t.d | %filecheck %s
// OUT: 100 stacks
// CHECK: size=70001
// CHECK-COUNT-100: size=70002
// CHECK: size=70003
// CHECK-NEXT: free
#define _GNU_SOURCE
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#ifdef LIBRARY
static void *kept;
__attribute__((constructor)) static void begin(void) { kept = malloc(70001); }
__attribute__((destructor)) static void end(void) {
  free(kept);
  free(malloc(70003));
}
#else
static atomic_int stacks;

static void *work(void *unused) {
  pthread_attr_t attributes;
  if (pthread_getattr_np(pthread_self(), &attributes) == 0)
    stacks++;
  pthread_attr_destroy(&attributes);
  free(malloc(70002));
  return unused;
}

int main(void) {
  for (int i = 0; i < 100; i++) {
    pthread_t thread;
    pthread_create(&thread, NULL, work, NULL);
    pthread_join(thread, NULL);
  }
  printf("%d stacks\n", stacks);
}
#endif
