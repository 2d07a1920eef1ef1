// Own allocators that release other blocks while they release one, that throw while they move a block, that catch inside, and that
// store no block because they failed: each block is one allocation and one release.
// RUN: rm -rf %t.dir && mkdir -p %t.dir && cd %t.dir
// RUN: for level in -O0 -O2; do %clangxx_memscope $level %s -o program %link_memscope && ./program && \
// RUN:   %memscope dump Memoryanalysis | grep -E " (alloc|free) |^total" | %filecheck %s || exit 1; done
#include <memscope/annotations.h>
#include <cstdlib>
#include <new>

struct node {
  node *left, *right;
};
static char arena[4096];
static std::size_t used;
static volatile int fail = 1;
static void *keep;

namespace {
MEMSCOPE_ALLOC("size=1") node *node_new(std::size_t size) {
  used += size;
  return new (arena + used - size) node{nullptr, nullptr};
}
} // namespace
MEMSCOPE_FREE("block=1") static void node_free(node *n) {
  if (!n)
    return;
  node_free(n->left);
  node_free(n->right);
}

MEMSCOPE_ALLOC("") static void *xmalloc(std::size_t size) { return std::malloc(size); }
MEMSCOPE_FREE("") static void xfree(void *block) { std::free(block); }
MEMSCOPE_REALLOC("") static void *xrealloc(void *block, std::size_t size) {
  if (fail)
    throw std::bad_alloc();
  return std::realloc(block, size);
}

__attribute__((noinline)) static void refill() {
  if (fail)
    throw 1;
}
MEMSCOPE_ALLOC("size=1") static void *pool_alloc(std::size_t size) {
  try {
    refill();
  } catch (int) {
  }
  return std::malloc(size + 64);
}
static void *(*volatile through)(std::size_t) = pool_alloc;

MEMSCOPE_ALLOC("size=2,out=1") __attribute__((noinline)) static int get(void **out, std::size_t size) {
  return out ? (*out = std::malloc(size)) == nullptr : 22;
}
MEMSCOPE_ALLOC("size=1") static void *variadic(std::size_t size, ...) { return std::malloc(size); }

MEMSCOPE_TRACK int main() {
  // CHECK-COUNT-3: alloc {{.*}} size=16 {{.*}} callee=(anonymous namespace)::node_new function=main
  node *root = node_new(sizeof *root);
  root->left = node_new(sizeof *root);
  root->right = node_new(sizeof *root);
  // CHECK-COUNT-3: free {{.*}} callee=node_free
  node_free(root);
  // CHECK-NEXT: alloc {{.*}} size=10 {{.*}} callee=xmalloc function=main
  // CHECK-NEXT: free {{.*}} callee=xfree function=main
  keep = xmalloc(10);
  try {
    keep = xrealloc(keep, 20);
  } catch (const std::bad_alloc &) {
  }
  xfree(keep);
  // CHECK-NEXT: alloc {{.*}} size=11 {{.*}} callee=pool_alloc function=main
  // CHECK-NEXT: free
  keep = pool_alloc(11);
  std::free(keep);
  // CHECK-NEXT: alloc {{.*}} size=12 {{.*}} callee=pool_alloc function=pool_alloc
  // CHECK-NEXT: free
  keep = through(12);
  std::free(keep);
  void **volatile nowhere = nullptr;
  if (get(nowhere, 13) != 22)
    return 1;
  // CHECK-NEXT: alloc {{.*}} size=14 {{.*}} callee=variadic function=main
  // CHECK-NEXT: free
  keep = variadic(14, 1, 2);
  std::free(keep);
  // CHECK-NEXT: total allocations=7 deallocations=7
}
