// Allocation functions in tables, handed to prebuilt libraries and compared, with this module, another one, and a library that is not
// instrumented: all is recorded, and the program behaves as without the plugin.
// UNSUPPORTED: sanitized
// RUN: rm -rf %t.dir && mkdir -p %t.dir && cd %t.dir
// RUN: %clang_plain -O2 -fPIC -shared -DLIBRARY %s -o libplain.so
// RUN: %clang_memscope -O2 -fPIC -shared -DLIBRARY -DNAME=instrumented %s -o libinstrumented.so %link_memscope
// RUN: mkdir reference && %clang_plain -O2 -fPIC -shared -DLIBRARY -DNAME=instrumented %s -o reference/libinstrumented.so
// RUN: %clang_plain -O2 -I%include %s -o plain -L. -lplain -Lreference -linstrumented -Wl,-rpath,$PWD/reference -Wl,-rpath,$PWD -pthread
// RUN: ./plain > expected
// RUN: for level in -O0 -O2 "-O2 -flto -fuse-ld=lld"; do %clang_memscope $level %s -o program -L. -lplain -linstrumented \
// RUN:   -Wl,-rpath,$PWD %link_memscope && ./program > printed && diff expected printed && \
// RUN:   %memscope dump Memoryanalysis --stacks | %filecheck %s || exit 1; done
#ifndef NAME
#define NAME plain
#endif
#define JOIN(a, b) a##b
#define EXPAND(a, b) JOIN(a, b)
#define _GNU_SOURCE
#include <stdlib.h>
#ifdef LIBRARY
void (*EXPAND(NAME, _free)(void))(void *) { return free; }
int EXPAND(NAME, _is_free)(void (*f)(void *)) { return f == free; }
#else
#include <memscope/annotations.h>
#include <pthread.h>
#include <search.h>
#include <stdio.h>
#include <string.h>

void (*plain_free(void))(void *);
void (*instrumented_free(void))(void *);
int instrumented_is_free(void (*)(void *));

struct heap {
  void *(*get)(size_t);
  void *(*again)(void *, size_t);
  void (*put)(void *);
};
static const struct heap heap = {malloc, realloc, free};
static const struct heap *volatile chosen = &heap; /* volatile: the calls stay indirect when optimised */

static int compare(const void *a, const void *b) { return strcmp(a, b); }

__attribute__((noinline)) static void describe(void (*f)(void *)) {
  printf("%d %d %d %d\n", f == free, f != free, f == heap.put, instrumented_is_free(f));
}

// CHECK: #0 {{.*}} through_table at
// CHECK: alloc {{.*}} size=100 {{.*}} callee=malloc function=malloc through a pointer
// CHECK: free {{.*}} callee=realloc
// CHECK: alloc {{.*}} size=200 {{.*}} callee=realloc
// CHECK: free {{.*}} callee=free
__attribute__((noinline)) static void through_table(const struct heap *table) {
  void *block = table->get(100);
  table->put(table->again(block, 200));
}

MEMSCOPE_TRACK static void *work(void *argument) {
  through_table(chosen);
  // CHECK-COUNT-5: free {{.*}} callee=free function=free through a pointer
  void *root = NULL;
  for (int i = 0; i < 5; i++) {
    char *key = malloc(8);
    snprintf(key, 8, "%d", i);
    tsearch(key, &root, compare);
  }
  tdestroy(root, free);
  // CHECK: alloc {{.*}} size=33
  // CHECK: free {{.*}} callee=free
  pthread_setspecific(*(pthread_key_t *)argument, malloc(33));
  return NULL;
}
// CHECK: total allocations=8 deallocations=8

int main(void) {
  pthread_key_t key;
  pthread_key_create(&key, free);
  pthread_t thread;
  pthread_create(&thread, NULL, work, &key);
  pthread_join(thread, NULL);
  describe(free);
  describe(heap.put);
  describe(instrumented_free());
  printf("%d %d\n", plain_free() == free, plain_free() != free);
  describe((void (*)(void *))puts);
  describe(NULL);
}
#endif
