// Each function's descriptors have a section of their own, which linkers drop with the function. Those of a function that several objects
// may hold are, as it is, kept once: under a name that tells what they say, in a group of their own, since link-time optimisation
// may use another copy of the function than the linker keeps.
// RUN: %clangxx_memscope -O1 -S -emit-llvm %s -o - | %filecheck %s
// RUN: %clangxx_memscope -g0 -O1 -S -emit-llvm %s -o - | %filecheck --check-prefix=LINELESS %s
#include <cstdlib>
#include <memscope/annotations.h>

// CHECK-DAG: $[[SITE:__memscope_site.[0-9a-f]+]] = comdat any
// CHECK-DAG: $__memscope_scope._Z6sharedm = comdat any
// CHECK-DAG: @[[SITE]] = linkonce_odr hidden global {{.*}}, section ".data.memscope", comdat
// CHECK-DAG: @__memscope_scope._Z6sharedm = linkonce_odr hidden global {{.*}}, section ".data.memscope", comdat
// CHECK-DAG: @__memscope_site = private global {{.*}}, section ".data.memscope._Z5alonem"
// CHECK-DAG: @__memscope_scope._Z5alonem = internal global {{.*}}, section ".data.memscope._Z5alonem"
// Calls without a line are told apart all the same.
// LINELESS: @[[FIRST:__memscope_site.[0-9a-f]+]] = linkonce_odr
// LINELESS: @[[SECOND:__memscope_site.[0-9a-f]+]] = linkonce_odr

// CHECK-LABEL: @_Z5alonem(
// LINELESS-LABEL: @_Z5alonem(
MEMSCOPE_TRACK void *alone(std::size_t size) { return std::malloc(size); }

// CHECK-LABEL: @_Z6sharedm(
// CHECK: @__memscope_malloc({{.*}}@[[SITE]]
// LINELESS-LABEL: @_Z6sharedm(
// LINELESS: @__memscope_malloc({{.*}}@[[FIRST]]
// LINELESS: @__memscope_malloc({{.*}}@[[SECOND]]
struct blocks {
  void *a, *b;
};
MEMSCOPE_TRACK inline blocks shared(std::size_t size) { return {std::malloc(size), std::malloc(size)}; }
blocks use() { return shared(3); }
