// A thread that was created into a marked variable of a library goes on being tracked when the library is unloaded, and a stream that
// the library opened can be closed.
// RUN: rm -rf %t.dir && mkdir -p %t.dir && cd %t.dir
// RUN: %clang_memscope -O1 -fPIC -shared -DPLUGIN %s -o plugin.so %link_memscope
// RUN: %clang_memscope -O1 %s -o program %link_memscope && ./program && %memscope dump Memoryanalysis | %filecheck %s
// CHECK: alloc {{.*}} size=11 {{.*}} scope=the plugin's thread
// CHECK: alloc {{.*}} size=12 {{.*}} scope=inner
// CHECK: alloc {{.*}} size=13 {{.*}} scope=the plugin's thread
// CHECK: alloc {{.*}} size=6 {{.*}} callee=open_memstream function=open_it
#define _GNU_SOURCE
#include <memscope/annotations.h>
#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#ifdef PLUGIN
static pthread_t worker MEMSCOPE_TRACK_AS("name=the plugin's thread");
pthread_t start(void *(*routine)(void *)) {
  pthread_create(&worker, NULL, routine, NULL);
  return worker;
}
MEMSCOPE_TRACK FILE *open_it(char **text, size_t *size) { return open_memstream(text, size); }
#else
static pthread_barrier_t barrier;
void *volatile sink;
static void allocate(size_t size) {
  sink = malloc(size);
  free(sink);
}
MEMSCOPE_TRACK __attribute__((noinline)) static void inner(void) { allocate(12); }
static void *work(void *argument) {
  allocate(11);
  pthread_barrier_wait(&barrier);
  pthread_barrier_wait(&barrier);
  inner();
  allocate(13);
  return argument;
}
MEMSCOPE_TRACK __attribute__((noinline)) static void close_it(FILE *stream) { fclose(stream); }

int main(void) {
  pthread_barrier_init(&barrier, NULL, 2);
  void *plugin = dlopen("./plugin.so", RTLD_NOW);
  pthread_t (*start)(void *(*)(void *)) = (pthread_t(*)(void *(*)(void *)))dlsym(plugin, "start");
  FILE *(*open_it)(char **, size_t *) = (FILE * (*)(char **, size_t *)) dlsym(plugin, "open_it");
  char *text;
  size_t size;
  pthread_t thread = start(work);
  FILE *stream = open_it(&text, &size);
  pthread_barrier_wait(&barrier);
  dlclose(plugin);
  pthread_barrier_wait(&barrier);
  pthread_join(thread, NULL);
  fputs("hello", stream);
  close_it(stream);
  free(text);
  return 0;
}
#endif
