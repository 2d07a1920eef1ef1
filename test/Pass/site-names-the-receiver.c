// A block's type and the variable or field that takes it are those of the source: the pointee of what it is stored into, the
// function's result, or a parameter; elements are counted where the size is a multiple; a `void *` says nothing.
// RUN: %clang_memscope -O0 -S -emit-llvm %s -o - | %python %inputs/types_of_sites.py | %filecheck %s
// RUN: %clang_memscope -O2 -S -emit-llvm %s -o - | %python %inputs/types_of_sites.py | %filecheck %s
#include <stdlib.h>
#include <string.h>

struct node {
  struct node *next;
  char *name;
  union {
    struct node *other;
    long number;
  };
  union {
    char *text;
    int *numbers;
  } either;
  struct node *children[4];
};
typedef struct {
  struct node *first;
  char **rows;
  struct {
    char *deep;
  } inner;
} list;
typedef struct node item;
struct open {
  int count;
  char tail[];
};

void use(void *);
struct node *table[10], *global;

static __attribute__((noinline)) void take(struct node *given) { use(given); }

struct node *make(void) {
  // CHECK-DAG: [[@LINE+1]] malloc 'struct node' ''
  return malloc(sizeof(struct node));
}

void variables(int n, struct node *parameter) {
  // CHECK-DAG: [[@LINE+1]] malloc 'struct node' 'struct node *head'
  struct node *head = malloc(sizeof *head);
  use(head);
  // CHECK-DAG: [[@LINE+1]] calloc 'item[]' 'item *items'
  item *items = calloc((size_t)n, sizeof *items);
  use(items);
  // CHECK-DAG: [[@LINE+1]] malloc 'int[100]' 'int *numbers'
  int *numbers = malloc(100 * sizeof(int));
  use(numbers);
  // CHECK-DAG: [[@LINE+1]] malloc 'int[3][10]' 'int (*matrix)[10]'
  int(*matrix)[10] = malloc(3 * sizeof *matrix);
  use(matrix);
  // CHECK-DAG: [[@LINE+1]] malloc 'struct open' 'struct open *tail'
  struct open *tail = malloc(sizeof(struct open) + 20);
  use(tail);
  // CHECK-DAG: [[@LINE+1]] strdup 'char[]' 'const char *constant'
  const char *constant = strdup("x");
  use((void *)constant);
  // CHECK-DAG: [[@LINE+1]] malloc '' 'void *anything'
  void *anything = malloc(sizeof(struct node));
  use(anything);
  // CHECK-DAG: [[@LINE+2]] posix_memalign 'char[128]' 'char *aligned'
  char *aligned;
  if (posix_memalign((void **)&aligned, 64, 128) == 0)
    use(aligned);
  // CHECK-DAG: [[@LINE+1]] malloc 'struct node' 'struct node *global'
  global = malloc(sizeof *global);
  // CHECK-DAG: [[@LINE+1]] malloc 'struct node' 'struct node *chosen'
  struct node *chosen = n ? malloc(sizeof *chosen) : NULL;
  use(chosen);
  // CHECK-DAG: [[@LINE+1]] realloc 'struct node[4]' 'struct node *parameter'
  parameter = realloc(parameter, 4 * sizeof *parameter);
  use(parameter);
  // CHECK-DAG: [[@LINE+1]] malloc 'struct node' ''
  take(malloc(sizeof(struct node)));
}

void fields(list *l, int n, struct node *p) {
  // CHECK-DAG: [[@LINE+1]] malloc 'struct node' 'list.first'
  l->first = malloc(sizeof *l->first);
  // CHECK-DAG: [[@LINE+1]] malloc 'char *[]' 'list.rows'
  l->rows = malloc((size_t)n * sizeof(char *));
  // CHECK-DAG: [[@LINE+1]] malloc 'char[]' 'list.rows[]'
  l->rows[3] = malloc((size_t)n + 1);
  // CHECK-DAG: [[@LINE+1]] malloc 'char[5]' 'list.inner.deep'
  l->inner.deep = malloc(5);
  // CHECK-DAG: [[@LINE+1]] malloc 'char[10]' 'node.name'
  p->next->name = malloc(10);
  // CHECK-DAG: [[@LINE+1]] malloc 'struct node' 'node.other'
  p->other = malloc(sizeof *p);
  // Which member of a union is meant is not certain.
  // CHECK-DAG: [[@LINE+1]] malloc '' ''
  p->either.text = malloc(7);
  // CHECK-DAG: [[@LINE+1]] malloc 'struct node' 'node.children[]'
  p->children[n] = malloc(sizeof *p);
  // CHECK-DAG: [[@LINE+1]] malloc 'struct node' 'table[]'
  table[n] = malloc(sizeof *p);
}

void wrong_count(struct node *p) {
  // A size that is no multiple of the type's does not make an array.
  // CHECK-DAG: [[@LINE+1]] malloc 'struct node' 'node.next'
  p->next = malloc(sizeof *p + 1);
}
