// A receiver is found through nested and unnamed structs and unions, array elements, several dimensions, casts, choices
// and double indirection, in variables of every kind; which of a union's pointers is meant, or which struct an address
// was made from by hand, is not certain.
// RUN: %clang_memscope -O0 -S -emit-llvm %s -o - | %python %inputs/types_of_sites.py | %filecheck %s
// RUN: %clang_memscope -O2 -S -emit-llvm %s -o - | %python %inputs/types_of_sites.py | %filecheck %s
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

struct foo {
  long number;
  struct foo *next;
};
struct bar {
  struct foo foo;
  char *text;
};
typedef struct {
  struct {
    struct {
      char *name;
    } inner;
    union {
      struct foo *pointer;
      long number;
    } either;
  } outer;
  struct foo *rows[3];
  struct foo *grid[2][3];
  struct {
    char *text;
  } list[5];
  void *any;
  unsigned bits : 3;
  char *behind_bits;
} deep;
struct __attribute__((packed)) packed {
  char c;
  char *unaligned;
};
struct by_value {
  struct foo *foo;
  long more[4];
};
struct small {
  struct foo *foo;
};
struct like_foo {
  char *text;
  long number;
};
union choice {
  struct foo *foo;
  char *text;
};
union one_choice {
  struct foo *pointers[2];
  long numbers[2];
};
static struct {
  char *text;
} state;
struct foo *table[4], **rows;
_Thread_local struct foo *local;
_Atomic(struct foo *) shared;
extern struct foo *elsewhere;
void use(void *);
void take(struct by_value);

void fields(deep *d, int n, struct packed *packed, union choice *choice, union one_choice *one) {
  // CHECK-DAG: [[@LINE+1]] malloc 'char[5]' 'deep.outer.inner.name'
  d->outer.inner.name = malloc(5);
  // CHECK-DAG: [[@LINE+1]] malloc 'struct foo' 'deep.outer.either.pointer'
  d->outer.either.pointer = malloc(sizeof(struct foo));
  // CHECK-DAG: [[@LINE+1]] malloc 'struct foo' 'deep.rows[]'
  d->rows[n] = malloc(sizeof(struct foo));
  // CHECK-DAG: [[@LINE+1]] malloc 'struct foo' 'deep.grid[][]'
  d->grid[1][n] = malloc(sizeof(struct foo));
  // CHECK-DAG: [[@LINE+1]] malloc 'char[2]' 'deep.list[].text'
  d[n].list[2].text = malloc(2);
  // CHECK-DAG: [[@LINE+1]] malloc '' 'deep.any'
  d->any = malloc(sizeof(struct foo));
  // CHECK-DAG: [[@LINE+1]] malloc 'char[3]' 'deep.behind_bits'
  d->behind_bits = malloc(3);
  // CHECK-DAG: [[@LINE+1]] malloc 'char[4]' 'packed.unaligned'
  packed->unaligned = malloc(4);
  // CHECK-DAG: [[@LINE+1]] malloc '' ''
  choice->text = malloc(4);
  // CHECK-DAG: [[@LINE+1]] malloc 'struct foo' 'one_choice.pointers[]'
  one->pointers[n] = malloc(sizeof(struct foo));
  // CHECK-DAG: [[@LINE+1]] posix_memalign 'struct foo' 'deep.rows[]'
  if (posix_memalign((void **)&d->rows[0], 64, sizeof(struct foo)) != 0)
    return;
}

void casts(void *any, struct foo *foo, char *bytes, int n) {
  // CHECK-DAG: [[@LINE+1]] malloc 'char[6]' 'bar.text'
  ((struct bar *)any)->text = malloc(6);
  // CHECK-DAG: [[@LINE+1]] malloc 'char[7]' 'bar.text'
  ((struct bar *)foo)->text = malloc(7);
  // CHECK-DAG: [[@LINE+1]] malloc 'char[8]' 'like_foo.text'
  ((struct like_foo *)foo)->text = malloc(8);
  // CHECK-DAG: [[@LINE+1]] malloc 'struct foo' 'foo.next'
  ((struct foo *)(bytes + n))->next = malloc(sizeof(struct foo));
  // CHECK-DAG: [[@LINE+1]] malloc '' ''
  *(struct foo **)(bytes + n) = malloc(sizeof(struct foo));
  // CHECK-DAG: [[@LINE+1]] malloc '' ''
  *(char **)((char *)foo + n) = malloc(8);
}

void variables(struct foo **out, void **untyped, int n) {
  // CHECK-DAG: [[@LINE+1]] malloc 'char[9]' 'state.text'
  state.text = malloc(9);
  use(&state);
  // CHECK-DAG: [[@LINE+1]] malloc 'struct foo' 'table[]'
  table[2] = malloc(sizeof(struct foo));
  // CHECK-DAG: [[@LINE+1]] malloc 'struct foo' 'rows[]'
  rows[n] = malloc(sizeof(struct foo));
  // CHECK-DAG: [[@LINE+1]] malloc 'struct foo' '*rows'
  *rows = malloc(sizeof(struct foo));
  // CHECK-DAG: [[@LINE+1]] malloc 'struct foo' 'struct foo *local'
  local = malloc(sizeof(struct foo));
  // CHECK-DAG: [[@LINE+1]] malloc 'struct foo' 'struct foo *shared'
  shared = malloc(sizeof(struct foo));
  // CHECK-DAG: [[@LINE+1]] malloc 'struct foo' 'struct foo *shared'
  atomic_store_explicit(&shared, malloc(sizeof(struct foo)), memory_order_release);
  // CHECK-DAG: [[@LINE+1]] malloc '' 'elsewhere'
  elsewhere = malloc(sizeof(struct foo));
  // CHECK-DAG: [[@LINE+1]] malloc 'struct foo' '*out'
  *out = malloc(sizeof **out);
  // CHECK-DAG: [[@LINE+1]] malloc '' '*untyped'
  *untyped = malloc(sizeof **out);
  static struct foo *kept;
  // CHECK-DAG: [[@LINE+1]] malloc 'struct foo' 'struct foo *kept'
  kept = malloc(sizeof *kept);
  use(kept);
}

void expressions(deep *d, int n, struct foo *p, struct foo *q) {
  // CHECK-DAG: [[@LINE+1]] malloc 'struct foo' 'deep.rows[]'
  p = d->rows[1] = malloc(sizeof *p);
  use(p);
  // CHECK-DAG: [[@LINE+1]] malloc 'struct foo' 'struct foo *q'
  if ((q = malloc(sizeof *q)) == NULL)
    return;
  // CHECK-DAG: [[@LINE+1]] malloc 'struct foo' 'struct foo *p'
  p = n ? (use(p), malloc(sizeof *p)) : q;
  use(p);
  // CHECK-DAG: [[@LINE+1]] malloc 'struct foo' 'foo.next'
  (n ? p : q)->next = malloc(sizeof *p);
  // CHECK-DAG: [[@LINE+1]] malloc '' ''
  *(n ? &p : &q) = malloc(sizeof *p);
  use(p);
  use(q);
}

struct by_value large_result(void) {
  // CHECK-DAG: [[@LINE+1]] malloc 'struct foo' 'by_value.foo'
  return (struct by_value){.foo = malloc(sizeof(struct foo))};
}

struct small small_result(void) {
  // CHECK-DAG: [[@LINE+1]] malloc 'struct foo' 'small.foo'
  struct small result = {malloc(sizeof(struct foo))};
  return result;
}

void values(void) {
  // CHECK-DAG: [[@LINE+1]] malloc 'struct foo' 'by_value.foo'
  take((struct by_value){.foo = malloc(sizeof(struct foo))});
  // CHECK-DAG: [[@LINE+1]] malloc 'struct foo' 'foo.next'
  struct bar bars[2] = {{.foo.next = malloc(sizeof(struct foo))}};
  use(bars);
  union choice choice;
  // CHECK-DAG: [[@LINE+1]] malloc '' 'union choice choice'
  choice.foo = malloc(sizeof(struct foo));
  use(&choice);
  // CHECK-DAG: [[@LINE+1]] malloc 'struct foo' 'size_t number'
  size_t number = (size_t)malloc(sizeof(struct foo));
  struct foo *pointer = (struct foo *)number;
  use(pointer);
  struct {
    char *text;
  } unnamed;
  // CHECK-DAG: [[@LINE+1]] strdup 'char[]' 'unnamed.text'
  unnamed.text = strdup("x");
  use(&unnamed);
}

// A block is not what lies inside it.
void inside(void) {
  // CHECK-DAG: [[@LINE+1]] malloc '' ''
  struct foo *second = (struct foo *)((char *)malloc(32) + 16);
  use(second);
}
