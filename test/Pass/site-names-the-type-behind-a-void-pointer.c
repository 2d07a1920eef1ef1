// A block in a `void *` has the type of the variables, fields and results that it goes into next, if they agree, or
// else of the members that it is accessed by; the receiver is what took the block first.
// RUN: %clang_memscope -O0 -S -emit-llvm %s -o - | %python %inputs/types_of_sites.py | %filecheck %s
// RUN: %clang_memscope -O2 -S -emit-llvm %s -o - | %python %inputs/types_of_sites.py | %filecheck %s
#include <stdlib.h>

struct foo {
  long number;
  struct foo *next;
};
struct bar {
  double values[5];
};
typedef struct {
  int unnamed;
} only_typedef;
void use(void *);
void change(void **);

void variable(void) {
  // CHECK-DAG: [[@LINE+1]] malloc 'struct foo' 'void *mem'
  void *mem = malloc(sizeof(struct foo));
  if (!mem)
    return;
  struct foo *typed = mem;
  use(typed);
}

void through_another(struct foo *head) {
  // CHECK-DAG: [[@LINE+1]] malloc 'struct foo[2]' 'void *first'
  void *first = malloc(2 * sizeof(struct foo));
  void *second = first;
  head->next = second;
}

// What happens to a typed variable later says nothing about the block.
void through_a_typed_one(size_t n) {
  // CHECK-DAG: [[@LINE+1]] malloc 'struct foo' 'void *mem'
  void *mem = malloc(n);
  struct foo *typed = mem;
  char *bytes = (char *)typed;
  use(bytes);
}

struct foo *result(void) {
  // CHECK-DAG: [[@LINE+1]] malloc 'struct foo' 'void *mem'
  void *mem = malloc(sizeof(struct foo));
  use(mem);
  return mem;
}

void out_parameter(void) {
  void *mem;
  // CHECK-DAG: [[@LINE+1]] posix_memalign 'struct bar' 'void *mem'
  if (posix_memalign(&mem, 64, sizeof(struct bar)))
    return;
  struct bar *typed = mem;
  use(typed);
}

void grow(struct foo *items, size_t n) {
  // CHECK-DAG: [[@LINE+1]] realloc 'struct foo[]' 'void *grown'
  void *grown = realloc(items, n * sizeof *items);
  if (grown)
    items = grown;
  use(items);
}

void expression(void) {
  // CHECK-DAG: [[@LINE+2]] malloc 'struct foo' 'void *inner'
  struct foo *typed = ({
    void *inner = malloc(sizeof(struct foo));
    use(inner);
    inner;
  });
  use(typed);
}

// What counts is the value that reaches the use.
void reused(int n) {
  // CHECK-DAG: [[@LINE+1]] malloc '' 'void *mem'
  void *mem = malloc(16);
  use(mem);
  // CHECK-DAG: [[@LINE+1]] malloc 'struct bar' 'void *mem'
  mem = malloc(sizeof(struct bar));
  struct bar *bar = mem;
  use(bar);
  while (n--) {
    // CHECK-DAG: [[@LINE+1]] malloc 'struct foo' 'void *mem'
    mem = malloc(sizeof(struct foo));
    struct foo *foo = mem;
    use(foo);
  }
}

void accessed(size_t n) {
  // CHECK-DAG: [[@LINE+1]] malloc 'struct bar' 'void *once'
  void *once = malloc(sizeof(struct bar));
  ((struct bar *)once)->values[0] = 1;
  use(once);
  // CHECK-DAG: [[@LINE+1]] malloc 'struct foo[3]' 'void *counted'
  void *counted = malloc(48);
  ((struct foo *)counted)->number = 1;
  use(counted);
  // CHECK-DAG: [[@LINE+1]] calloc 'only_typedef[]' 'void *unnamed'
  void *unnamed = calloc(n, sizeof(only_typedef));
  ((only_typedef *)unnamed)->unnamed = 1;
  use(unnamed);
  // No number of them: 20 bytes are something else that begins alike.
  // CHECK-DAG: [[@LINE+1]] malloc '' 'void *odd'
  void *odd = malloc(20);
  ((struct foo *)odd)->number = 1;
  use(odd);
}

struct longer {
  struct foo foo;
  long more;
} longer;

void accessed_at_its_beginning(size_t n) {
  // CHECK-DAG: [[@LINE+1]] malloc 'struct bar' 'void *bar'
  void *bar = malloc(n);
  ((struct bar *)bar)->values[0] = 1;
  use(bar);
  // A struct longer begins like that, too.
  // CHECK-DAG: [[@LINE+1]] malloc '' 'void *foo'
  void *foo = malloc(n);
  ((struct foo *)foo)->number = 1;
  use(foo);
}

struct bar *contradicted_by_the_result(void) {
  // CHECK-DAG: [[@LINE+1]] malloc '' 'void *mem'
  void *mem = malloc(80);
  struct foo *typed = mem;
  use(typed);
  return mem;
}

void contradicted(void) {
  // CHECK-DAG: [[@LINE+1]] malloc '' 'void *mem'
  void *mem = malloc(16);
  char *bytes = mem;
  struct foo *typed = mem;
  use(bytes);
  use(typed);
}

void changed_by_others(void) {
  // CHECK-DAG: [[@LINE+1]] malloc '' 'void *mem'
  void *mem = malloc(sizeof(struct foo));
  change(&mem);
  struct foo *typed = mem;
  use(typed);
}

void changed_in_part(size_t n) {
  // CHECK-DAG: [[@LINE+1]] malloc '' 'void *mem'
  void *mem = malloc(n);
  void *copy = mem;
  change(&copy);
  struct foo *typed = mem;
  use(typed);
}

static __attribute__((noinline)) void take_text(const char *text) { use((void *)text); }

// A parameter may be for a part of the block, or its bytes.
void passed(size_t n) {
  // CHECK-DAG: [[@LINE+1]] malloc '' 'void *mem'
  void *mem = malloc(n);
  take_text(mem);
}

// Two structs of one name.
void local_struct(void) {
  struct twin {
    long number[3];
  };
  // CHECK-DAG: [[@LINE+1]] malloc '' 'void *mem'
  void *mem = malloc(sizeof(struct twin));
  ((struct twin *)mem)->number[0] = 1;
  use(mem);
}
void other_local_struct(void) {
  struct twin {
    double number[3];
  } *mem = malloc(sizeof *mem);
  use(mem);
}

void bytes_stay_bytes(void) {
  // CHECK-DAG: [[@LINE+1]] malloc 'unsigned char[16]' 'unsigned char *bytes'
  unsigned char *bytes = malloc(sizeof(struct foo));
  ((struct foo *)bytes)->number = 1;
  use(bytes);
}
