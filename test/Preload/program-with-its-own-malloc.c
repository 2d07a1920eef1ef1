// A program with a malloc of its own, which maps its memory while it holds a lock that it does not expect to be asked for again, runs as it does alone; one line says that it is not seen.
// UNSUPPORTED: emulated
// RUN: %gcc_plain -O1 -fno-builtin -rdynamic -pthread %s -o %t.exe
// RUN: rm -rf %t.d && timeout 60 %memscope run --all --out %t.d %t.exe 2> %t.err | %filecheck %s
// RUN: %filecheck %s --check-prefix ERR --input-file %t.err
// CHECK: 40000 blocks
// ERR: memscope: {{.*}}.exe has a malloc of its own: what goes through that may not be seen
// ERR-NOT: {{.}}
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; // not recursive
static char *place, *end;
static long count;

void *malloc(size_t size) {
  pthread_mutex_lock(&lock);
  size_t whole = (size + 31) & ~(size_t)15;
  if (!place || (size_t)(end - place) < whole) {
    size_t room = whole > 65536 ? whole : 65536;
    place = mmap(NULL, room, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    end = place + room;
  }
  char *block = place + 16;
  memcpy(place, &size, sizeof size);
  place += whole;
  count++;
  pthread_mutex_unlock(&lock);
  return block;
}
void free(void *block) { (void)block; }
void *calloc(size_t n, size_t size) { return malloc(n * size); }
void *realloc(void *old, size_t size) {
  char *block = malloc(size);
  size_t before = 0;
  if (old)
    memcpy(&before, (char *)old - 16, sizeof before);
  return old ? memcpy(block, old, before < size ? before : size) : block;
}

static void *work(void *unused) {
  for (size_t i = 0; i < 10000; i++)
    free(malloc(i % 100));
  return unused;
}

int main(void) {
  pthread_t threads[4];
  for (int i = 0; i < 4; i++)
    pthread_create(&threads[i], NULL, work, NULL);
  for (int i = 0; i < 4; i++)
    pthread_join(threads[i], NULL);
  printf("%d blocks%s\n", 40000, count < 40000 ? ", not" : "");
}
