// A program with an allocator of its own that maps memory under its lock, on behalf of the C library, is not made to allocate there.
// UNSUPPORTED: sanitized
// RUN: rm -rf %t.dir && mkdir -p %t.dir && cd %t.dir
// RUN: %clang_memscope -O1 -fno-builtin %s -o program %link_memscope && timeout -s KILL 60 ./program | %filecheck %s
// CHECK: done
#define _GNU_SOURCE
#include <memscope/annotations.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char *chunk;
static size_t left;

void *malloc(size_t size) {
  pthread_mutex_lock(&lock);
  size_t need = (size + 31) & ~(size_t)15;
  if (need > left) {
    left = need > 65536 ? need : 65536;
    chunk = mmap(NULL, left, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  }
  char *block = chunk;
  chunk += need;
  left -= need;
  *(size_t *)block = size;
  pthread_mutex_unlock(&lock);
  return block + 16;
}
void free(void *block) { (void)block; }
void *calloc(size_t count, size_t size) { return memset(malloc(count * size), 0, count * size); }
void *realloc(void *old, size_t size) {
  void *block = malloc(size);
  if (old)
    memcpy(block, old, ((size_t *)old)[-2] < size ? ((size_t *)old)[-2] : size);
  return block;
}
void *memalign(size_t alignment, size_t size) {
  return (void *)(((uintptr_t)malloc(size + alignment) + alignment - 1) & ~(alignment - 1));
}
void *aligned_alloc(size_t alignment, size_t size) { return memalign(alignment, size); }
int posix_memalign(void **out, size_t alignment, size_t size) { return !(*out = memalign(alignment, size)); }

MEMSCOPE_TRACK static void work(void) {
  static char text[70000];
  FILE *file = fopen("/dev/null", "w");
  fwrite(text, 1, sizeof text, file);
  fclose(file);
}

int main(void) {
  left = 0;
  work();
  puts("done");
}
