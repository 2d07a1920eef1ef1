// Where the optimiser makes a new call of an allocation, calloc of malloc and memset or malloc of realloc, the site keeps
// type and receiver; of two allocations in one place of the source it does not know which.
// RUN: %clang_memscope -O2 -S -emit-llvm %s -o %t.ll
// RUN: %python %inputs/types_of_sites.py < %t.ll | %filecheck %s
// RUN: %not grep memscope.notes %t.ll
#include <stdlib.h>
#include <string.h>

struct foo {
  long numbers[4];
};
void use(void *);

void zeroed(void) {
  // CHECK-DAG: [[@LINE+1]] calloc 'struct foo' 'struct foo *zeroed'
  struct foo *zeroed = malloc(sizeof *zeroed);
  memset(zeroed, 0, sizeof *zeroed);
  use(zeroed);
}

void first(size_t n) {
  struct foo *array = NULL;
  // CHECK-DAG: [[@LINE+1]] malloc 'struct foo[]' 'struct foo *array'
  array = realloc(array, n * sizeof *array);
  use(array);
}

#define BOTH(a, b)                                                                                                     \
  do {                                                                                                                 \
    a = malloc(sizeof *a);                                                                                             \
    memset(a, 0, sizeof *a);                                                                                           \
    b = malloc(sizeof *b);                                                                                             \
    memset(b, 0, sizeof *b);                                                                                           \
  } while (0)

void both(void) {
  struct foo *one;
  int *other;
  // CHECK-DAG: [[@LINE+1]] calloc '' ''
  BOTH(one, other);
  use(one);
  use(other);
}
