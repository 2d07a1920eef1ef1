// Calls of marked allocators are the events, with the caller's line, type and receiver, whatever the allocator does inside: at every
// level, inlined or not, called from a file that does not know the mark, through a pointer, one inside the other, or left by longjmp.
// RUN: rm -rf %t.dir && mkdir -p %t.dir && cd %t.dir
// RUN: %clang_memscope -O2 -DOTHER -c %s -o other.o
// RUN: sh %S/Inputs/try_levels.sh "%clang_memscope" %s "other.o %link_memscope" %memscope "%filecheck %s"
// RUN: %memscope report Memoryanalysis --by type | %filecheck --check-prefix=TYPES %s
#include <memscope/annotations.h>
#include <setjmp.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

struct pool {
  char *memory;
  size_t used;
};
struct item {
  struct item *next;
  long values[3];
};

#ifdef OTHER
void *pool_get(struct pool *, size_t, size_t); // not marked here
void other(struct pool *pool) { pool_get(pool, 2, 10); }
#else
void other(struct pool *pool);

MEMSCOPE_ALLOC("size=2") static inline void *pool_alloc(struct pool *pool, size_t size) {
  if (!pool->memory)
    pool->memory = malloc(1 << 16);
  void *block = pool->memory + pool->used;
  pool->used += (size + 15) & ~(size_t)15;
  return block;
}
MEMSCOPE_FREE("block=2") static inline void pool_free(struct pool *pool, void *block) { pool->used -= block != NULL; }
MEMSCOPE_ALLOC("size=3,count=2") void *pool_get(struct pool *pool, size_t count, size_t size) {
  return pool_alloc(pool, count * size);
}
MEMSCOPE_ALLOC("size=3,align=2,out=4") static int status_alloc(struct pool *pool, size_t align, size_t size, void **out) {
  if (size > 1000)
    return -1;
  *out = pool_alloc(pool, size + align);
  *out = (void *)(((size_t)*out + align - 1) & ~(align - 1));
  return 0;
}
MEMSCOPE_ALLOC("size=2,out=1") static bool bool_alloc(void **out, size_t size) { return (*out = malloc(size)) && size < 1000; }
MEMSCOPE_REALLOC("") void *xrealloc(void *block, size_t size) { return realloc(block, size); }
MEMSCOPE_ALLOC("") void *xmalloc(size_t size) { return malloc(size); }
MEMSCOPE_ALLOC("") static char *xstrndup(const char *text, size_t size) { return strndup(text, size); }

static jmp_buf out_of_memory;
MEMSCOPE_ALLOC("") __attribute__((noinline)) static void *xjump(size_t size) {
  void *block = malloc(size);
  if (size > 1000) {
    free(block);
    longjmp(out_of_memory, 1);
  }
  return block;
}

void *volatile sink;
void *(*volatile through)(struct pool *, size_t, size_t) = pool_get;

MEMSCOPE_TRACK static void run(struct pool *pool) {
  // CHECK-NOT: {{ alloc | free }}
  // CHECK: alloc addr=[[HEAD:0x[0-9a-f]+]] size=32 {{.*}} callee=pool_alloc function=run at {{.*}}:[[#@LINE+1]]:
  struct item *head = pool_alloc(pool, sizeof *head);
  // CHECK-NEXT: alloc {{.*}} size=64 {{.*}} callee=pool_get function=run at {{.*}}:[[#@LINE+1]]:
  head->next = pool_get(pool, 2, sizeof *head);
  // CHECK-NEXT: free addr=[[HEAD]] {{.*}} callee=pool_free function=run at {{.*}}:[[#@LINE+1]]:
  pool_free(pool, head);
  // CHECK-NEXT: alloc {{.*}} size=20 {{.*}} callee=pool_get function=pool_get
  other(pool);
  // CHECK-NEXT: alloc {{.*}} size=21 {{.*}} callee=pool_get function=pool_get
  sink = through(pool, 3, 7);
  void *block = NULL;
  // CHECK-NEXT: alloc {{.*}} size=30 {{.*}} callee=status_alloc function=run {{.*}} align=64
  if (status_alloc(pool, 64, 30, &block) != 0 || status_alloc(pool, 64, 3000, &block) == 0)
    abort();
  // CHECK-NEXT: alloc {{.*}} size=31 {{.*}} callee=bool_alloc function=run
  // CHECK-NEXT: free {{.*}} callee=free function=run
  if (!bool_alloc(&block, 31))
    abort();
  free(block);
  // A failure is none, whatever has been stored.
  if (bool_alloc(&block, 3000))
    abort();
  free(block);
  // CHECK-NEXT: alloc {{.*}} size=33 {{.*}} callee=xmalloc function=run
  // CHECK-NEXT: free {{.*}} callee=xrealloc function=run {{.*}} realloc
  // CHECK-NEXT: alloc {{.*}} size=3300 {{.*}} callee=xrealloc function=run {{.*}} realloc
  // CHECK-NEXT: free {{.*}} callee=free function=run
  char *text = xmalloc(33);
  text = xrealloc(text, 3300);
  free(text);
  // CHECK-NEXT: alloc {{.*}} size=5 {{.*}} callee=xstrndup function=run
  // CHECK-NEXT: free {{.*}} callee=free function=run
  char *copy = xstrndup("some text", 5);
  sink = copy;
  free(sink);
  // After the jump the calls of this function are its own again.
  // CHECK-NEXT: alloc {{.*}} size=34 {{.*}} callee=malloc function=run
  // CHECK-NEXT: free {{.*}} callee=free function=run
  if (setjmp(out_of_memory) == 0)
    sink = xjump(5000);
  sink = malloc(34);
  free(sink);
  // CHECK-NOT: {{ alloc | free }}
}

int main(void) {
  struct pool pool = {NULL, 0};
  run(&pool);
  sink = pool_alloc(&pool, 99); // not tracked
  free(pool.memory);            // a chunk is no block
}
// TYPES-DAG: struct item[]
// TYPES-DAG: item.next
// TYPES-DAG: struct item *head
// TYPES-DAG: void *block
// TYPES-DAG: char *text
#endif
