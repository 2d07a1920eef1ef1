// Where the optimiser calls another function of the C library instead, the site still has the type and the receiver of the call in
// the source, also when that was inlined; calls of one place that had different ones, in a macro, have none.
// RUN: %clang_memscope -O2 -S -emit-llvm %s -o %t.ll && %python %inputs/types_of_sites.py < %t.ll | %filecheck %s
// RUN: %not grep memscope.notes %t.ll
#include <stdlib.h>
#include <string.h>

struct node {
  struct node *next;
  long values[8];
} *head;
struct leaf {
  char text[80];
} *leaf;
char *text;

// malloc and memset
static struct node *make_node(void) {
  // CHECK: [[#@LINE+1]] calloc 'struct node' 'struct node *node'
  struct node *node = malloc(sizeof *node);
  memset(node, 0, sizeof *node);
  return node;
}
void add_node(void) {
  struct node *node = make_node();
  node->next = head;
  head = node;
}

// realloc of NULL
void make_text(size_t size) {
  // CHECK: [[#@LINE+1]] malloc 'char[]' 'char *text'
  text = realloc(NULL, size);
}

// strndup of a short text
void copy_text(void) {
  // CHECK: [[#@LINE+1]] strdup 'char[]' 'char *text'
  text = strndup("short", 100);
}

#define MAKE(p) (p) = malloc(sizeof *(p)), memset((p), 0, sizeof *(p))
#define MAKE_BOTH(p, q) MAKE(p), MAKE(q)
void make_both(void) {
  // CHECK: [[#@LINE+1]] calloc '' ''
  MAKE_BOTH(head, leaf);
}
