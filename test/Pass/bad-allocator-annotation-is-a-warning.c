// An annotation that does not fit its function or its place is a warning at its line, and nothing is done for it.
// RUN: %clang_memscope -O1 -S -emit-llvm %s -o %t.ll 2> %t.err
// RUN: %filecheck %s < %t.err
// RUN: %filecheck --check-prefix=IR %s < %t.ll
#include <memscope/annotations.h>
#include <stddef.h>

struct pair {
  long a, b;
};
extern char heap[];

// IR-NOT: __memscope_{{call|custom|site}}

// CHECK-DAG: bad-allocator-annotation-is-a-warning.c:[[#@LINE+1]]:{{[0-9]+}}: warning: memscope_alloc: unknown parameter 'block'; known are size, count, align and out
MEMSCOPE_ALLOC("block=1") void *unknown_key(char *a, char *b) { return a ? b : heap; }
// CHECK-DAG: :[[#@LINE-1]]:{{[0-9]+}}: warning: memscope_alloc: 'unknown_key' does not have exactly one integer parameter; say size=

// CHECK-DAG: :[[#@LINE+2]]:{{[0-9]+}}: warning: memscope_free: unknown parameter 'size'; known are block
// CHECK-DAG: :[[#@LINE+1]]:{{[0-9]+}}: warning: memscope_free: 'release_none' does not have exactly one pointer parameter; say block=
MEMSCOPE_FREE("size=1") void release_none(long handle) { (void)handle; }

// CHECK-DAG: :[[#@LINE+2]]:{{[0-9]+}}: warning: memscope_realloc: unknown parameter 'out'; known are block, size and count
// CHECK-DAG: :[[#@LINE+1]]:{{[0-9]+}}: warning: memscope_realloc: 'resize_two' does not have exactly one pointer parameter; say block=
MEMSCOPE_REALLOC("out=1") void *resize_two(void *a, void *b, size_t size) { return size ? a : b; }

// CHECK-DAG: :[[#@LINE+2]]:{{[0-9]+}}: warning: memscope_alloc: size '0' is not the position of a parameter, counted from 1
// CHECK-DAG: :[[#@LINE+1]]:{{[0-9]+}}: warning: memscope_alloc: 'zero' does not have exactly one integer parameter; say size=
MEMSCOPE_ALLOC("size=0") void *zero(size_t a, size_t b) { return heap + a + b; }

// CHECK-DAG: :[[#@LINE+2]]:{{[0-9]+}}: warning: memscope_alloc: size 'first' is not the position of a parameter, counted from 1
// CHECK-DAG: :[[#@LINE+1]]:{{[0-9]+}}: warning: memscope_alloc: 'word' does not have exactly one integer parameter; say size=
MEMSCOPE_ALLOC("size=first") void *word(size_t a, size_t b) { return heap + a + b; }

// CHECK-DAG: :[[#@LINE+1]]:{{[0-9]+}}: warning: memscope_alloc: parameter 'size' is not of the form key=value
MEMSCOPE_ALLOC("size") void *no_value(size_t a, size_t b) { return heap + a + b; }
// CHECK-DAG: :[[#@LINE-1]]:{{[0-9]+}}: warning: memscope_alloc: 'no_value' does not have exactly one integer parameter; say size=

// CHECK-DAG: :[[#@LINE+1]]:{{[0-9]+}}: warning: memscope_alloc: parameter 1 of 'pointer_size' is not an integer, as size needs
MEMSCOPE_ALLOC("size=1") void *pointer_size(char *a) { return a; }

// CHECK-DAG: :[[#@LINE+1]]:{{[0-9]+}}: warning: memscope_alloc: parameter 3 of 'too_far' is not an integer, as align needs
MEMSCOPE_ALLOC("size=1,align=3") void *too_far(size_t a, size_t b) { return heap + a + b; }

// CHECK-DAG: :[[#@LINE+1]]:{{[0-9]+}}: warning: memscope_alloc: parameter 1 of 'number_out' is not a pointer, as out needs
MEMSCOPE_ALLOC("size=1,out=1") int number_out(size_t a) { return (int)a; }

// CHECK-DAG: :[[#@LINE+1]]:{{[0-9]+}}: warning: memscope_alloc: 'no_block' does not return a pointer; say out=
MEMSCOPE_ALLOC("size=1") long no_block(size_t a) { return (long)a; }

// CHECK-DAG: :[[#@LINE+1]]:{{[0-9]+}}: warning: memscope_free: parameter 1 of 'number' is not a pointer, as block needs
MEMSCOPE_FREE("block=1") void number(size_t a) { (void)a; }

// CHECK-DAG: :[[#@LINE+1]]:{{[0-9]+}}: warning: memscope_alloc: 'by_value' takes a struct by value, which makes its positions uncertain
MEMSCOPE_ALLOC("size=2") void *by_value(struct pair pair, size_t size) { return heap + pair.a + size; }

void *other(size_t size);
// CHECK-DAG: :[[#@LINE+1]]:{{[0-9]+}}: warning: only calls in this file are recorded: 'forward' ends in a call that must be a tail call
MEMSCOPE_ALLOC("") void *forward(size_t size) { __attribute__((musttail)) return other(size); }
// CHECK-DAG: :[[#@LINE+1]]:{{[0-9]+}}: warning: only calls in this file are recorded: 'naked' is naked
MEMSCOPE_FREE("") __attribute__((naked)) void naked(void *block) { __asm__("ret"); }
// CHECK-DAG: 20 warnings generated
