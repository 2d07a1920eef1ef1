// Types and variables are written as a declaration in C has them: keywords, typedefs, qualifiers, pointers to arrays and
// functions; a record without a name is called by its place; code has no type.
// RUN: %clang_memscope -O0 -S -emit-llvm %s -o - | %python %inputs/types_of_sites.py | %filecheck %s
// RUN: %clang_memscope -O2 -S -emit-llvm %s -o - | %python %inputs/types_of_sites.py | %filecheck %s
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

enum color { red, green };
typedef int row[4];
typedef void handler(int);
typedef union {
  int i;
  float f;
} number;
struct foo;
void use(const volatile void *);

void types(int n) {
  // CHECK-DAG: [[@LINE+1]] malloc 'enum color[]' 'enum color *colors'
  enum color *colors = malloc((size_t)n * sizeof *colors);
  use(colors);
  // CHECK-DAG: [[@LINE+1]] malloc '_Bool[8]' '_Bool *flags'
  _Bool *flags = malloc(8);
  use(flags);
  // CHECK-DAG: [[@LINE+1]] calloc 'double _Complex[]' 'double _Complex *waves'
  double _Complex *waves = calloc((size_t)n, sizeof *waves);
  use(waves);
  // CHECK-DAG: [[@LINE+1]] malloc 'row[3]' 'row *rows'
  row *rows = malloc(3 * sizeof *rows);
  use(rows);
  // CHECK-DAG: [[@LINE+1]] malloc 'number[2]' 'number *numbers'
  number *numbers = malloc(2 * sizeof *numbers);
  use(numbers);
  // CHECK-DAG: [[@LINE+1]] malloc 'wchar_t[]' 'wchar_t *wide'
  wchar_t *wide = malloc(((size_t)n + 1) * sizeof *wide);
  use(wide);
  // CHECK-DAG: [[@LINE+1]] malloc 'int' 'const volatile int *changing'
  const volatile int *changing = malloc(sizeof *changing);
  use(changing);
  // CHECK-DAG: [[@LINE+1]] malloc 'char[4]' 'char *const fixed'
  char *const fixed = malloc(4);
  use(fixed);
  // CHECK-DAG: [[@LINE+1]] malloc 'const char *[]' 'const char **names'
  const char **names = malloc((size_t)n * sizeof *names);
  use(names);
  // CHECK-DAG: [[@LINE+1]] malloc 'struct foo' 'struct foo *opaque'
  struct foo *opaque = malloc(100);
  use(opaque);
  // CHECK-DAG: [[@LINE+4]] malloc '(unnamed struct at site-names-types-as-declared.c:[[@LINE+1]])[2]' '(unnamed struct at site-names-types-as-declared.c:[[@LINE+1]]) *unnamed'
  struct {
    long number;
  } *unnamed;
  unnamed = malloc(2 * sizeof *unnamed);
  use(unnamed);
}

void texts(void) {
  // What a function returns as text is text, wherever it goes.
  // CHECK-DAG: [[@LINE+1]] strdup 'char[]' 'void *text'
  void *text = strdup("x");
  use(text);
  // CHECK-DAG: [[@LINE+1]] wcsdup 'wchar_t[]' 'void *wide'
  void *wide = wcsdup(L"x");
  use(wide);
}

void arrays_and_functions(size_t n) {
  // CHECK-DAG: [[@LINE+1]] malloc 'int[][4][5]' 'int (*cube)[4][5]'
  int(*cube)[4][5] = malloc(n * sizeof *cube);
  use(cube);
  // CHECK-DAG: [[@LINE+1]] malloc 'char *[3][2]' 'char *(*pairs)[2]'
  char *(*pairs)[2] = malloc(3 * sizeof *pairs);
  use(pairs);
  // How long a row is, is not known at compile time.
  // CHECK-DAG: [[@LINE+1]] malloc 'int[]' 'int (*matrix)[]'
  int(*matrix)[n] = malloc(n * sizeof *matrix);
  use(matrix);
  // CHECK-DAG: [[@LINE+1]] calloc 'handler *[]' 'handler **handlers'
  handler **handlers = calloc(n, sizeof *handlers);
  use(handlers);
  // CHECK-DAG: [[@LINE+1]] calloc 'char *(*[2])(int, ...)' 'char *(**functions)(int, ...)'
  char *(**functions)(int, ...) = calloc(2, sizeof *functions);
  use(functions);
  // CHECK-DAG: [[@LINE+1]] malloc 'int (*(*[])(void))[2]' 'int (*(**returning)(void))[2]'
  int(*(**returning)(void))[2] = malloc(n * sizeof *returning);
  use(returning);
  // CHECK-DAG: [[@LINE+1]] malloc '' 'handler *code'
  handler *code = malloc(100);
  use((void *)code);
}
