// A constant size that is smaller than the type disproves it; a multiple counts elements, unless a larger record may be
// meant that begins with the type; a block of just the size of another record that it is accessed by is that record.
// RUN: %clang_memscope -O0 -S -emit-llvm %s -o - | %python %inputs/types_of_sites.py | %filecheck %s
// RUN: %clang_memscope -O2 -S -emit-llvm %s -o - | %python %inputs/types_of_sites.py | %filecheck %s
#include <stdlib.h>

struct base {
  long kind;
  void *table;
};
struct derived {
  struct base base;
  long more;
};
struct twice {
  struct base base;
  long more[2];
};
struct leaf {
  struct twice twice;
  struct base second;
};
union value {
  int small;
  char large[24];
};
struct flexible {
  int count;
  char tail[];
};
struct zero {
  int count;
  int tail[0];
};
struct one {
  long count;
  int tail[1];
};
struct holds_flexible {
  long more;
  struct flexible last;
};
struct __attribute__((packed)) packed {
  char c;
  short s;
};
struct __attribute__((aligned(64))) aligned {
  int x;
};
void use(void *);

void too_small(void) {
  // CHECK-DAG: [[@LINE+1]] malloc '' 'struct base *half'
  struct base *half = malloc(sizeof(struct base) / 2);
  use(half);
  // CHECK-DAG: [[@LINE+1]] malloc '' 'union value *small'
  union value *small = malloc(sizeof small->small);
  use(small);
  // CHECK-DAG: [[@LINE+1]] malloc '' 'struct flexible *headless'
  struct flexible *headless = malloc(2);
  use(headless);
}

void counted(size_t n, int i) {
  // CHECK-DAG: [[@LINE+1]] malloc 'struct base[5]' 'struct base *five'
  struct base *five = malloc(5 * sizeof *five);
  use(five);
  // CHECK-DAG: [[@LINE+1]] calloc 'struct base[2]' 'struct base *two'
  struct base *two = calloc(2, sizeof *two);
  use(two);
  // CHECK-DAG: [[@LINE+1]] calloc 'struct base[]' 'struct base *swapped'
  struct base *swapped = calloc(sizeof *swapped, n);
  use(swapped);
  // CHECK-DAG: [[@LINE+1]] reallocarray 'struct base[]' 'struct base *array'
  struct base *array = reallocarray(NULL, n, sizeof *array);
  use(array);
  // CHECK-DAG: [[@LINE+1]] malloc 'struct base[]' 'struct base *pairs'
  struct base *pairs = malloc(n * 2 * sizeof *pairs);
  use(pairs);
  // CHECK-DAG: [[@LINE+1]] malloc 'struct base[]' 'struct base *shifted'
  struct base *shifted = malloc(n << 4);
  use(shifted);
  // CHECK-DAG: [[@LINE+1]] malloc 'char *[]' 'char **arguments'
  char **arguments = malloc((size_t)(i + 1) * sizeof *arguments);
  use(arguments);
  // CHECK-DAG: [[@LINE+1]] aligned_alloc 'struct aligned[2]' 'struct aligned *aligned'
  struct aligned *aligned = aligned_alloc(64, 2 * sizeof *aligned);
  use(aligned);
  // CHECK-DAG: [[@LINE+1]] malloc 'struct packed[7]' 'struct packed *packed'
  struct packed *packed = malloc(7 * sizeof *packed);
  use(packed);
}

void not_counted(size_t n) {
  // A header and items behind it are not so many headers.
  // CHECK-DAG: [[@LINE+1]] malloc 'struct base' 'struct base *header'
  struct base *header = malloc(sizeof *header + n * sizeof(struct base));
  use(header);
  // CHECK-DAG: [[@LINE+1]] malloc 'struct base' 'struct base *any'
  struct base *any = malloc(n);
  use(any);
  // CHECK-DAG: [[@LINE+1]] malloc 'struct flexible' 'struct flexible *flexible'
  struct flexible *flexible = malloc(sizeof *flexible * 4);
  use(flexible);
  // CHECK-DAG: [[@LINE+1]] malloc 'struct zero' 'struct zero *zero'
  struct zero *zero = malloc(sizeof *zero + 3 * sizeof(int));
  use(zero);
  // CHECK-DAG: [[@LINE+1]] malloc 'struct one' 'struct one *one'
  struct one *one = malloc(sizeof(long) + 2 * sizeof(int));
  use(one);
  // CHECK-DAG: [[@LINE+1]] malloc 'struct holds_flexible' 'struct holds_flexible *nested'
  struct holds_flexible *nested = malloc(2 * sizeof *nested);
  use(nested);
}

void derived(size_t n) {
  // CHECK-DAG: [[@LINE+1]] malloc 'struct base' 'struct base *odd'
  struct base *odd = malloc(sizeof(struct derived));
  use(odd);
  // CHECK-DAG: [[@LINE+1]] malloc 'struct base' 'struct base *multiple'
  struct base *multiple = malloc(sizeof(struct twice));
  use(multiple);
  // CHECK-DAG: [[@LINE+1]] malloc 'struct base' 'struct base *of_its_own'
  struct base *of_its_own = malloc(sizeof(struct leaf));
  use(of_its_own);
  // CHECK-DAG: [[@LINE+1]] malloc 'struct base' 'struct base *many'
  struct base *many = malloc(n * sizeof(struct twice));
  use(many);
  // CHECK-DAG: [[@LINE+1]] malloc 'struct twice' 'struct base *accessed'
  struct base *accessed = malloc(sizeof(struct twice));
  ((struct twice *)accessed)->more[1] = 1;
  use(accessed);
  // CHECK-DAG: [[@LINE+1]] malloc 'struct derived' 'struct base *stored'
  struct base *stored = malloc(sizeof(struct derived));
  struct derived *whole = (struct derived *)stored;
  use(whole);
}

struct leaf leaf_is_described;
