// Allocation functions are recorded whether or not the compiler may take them for its built-in ones: with -fno-builtin,
// and where operator new is called by its name.
// RUN: %clangxx_memscope -fno-builtin -O2 -S -emit-llvm %s -o - | %filecheck %s
// RUN: %clangxx_memscope -O2 -S -emit-llvm %s -o - | %filecheck %s
#include <cstdlib>
#include <new>

// CHECK-LABEL: @_Z4makem(
// CHECK: notail call {{.*}} @__memscope_malloc(
void *make(std::size_t size) { return std::malloc(size); }

// CHECK-LABEL: @_Z7by_namem(
// CHECK: notail call {{.*}} @__memscope_new(
void *by_name(std::size_t size) { return ::operator new(size); }

// CHECK-LABEL: @_Z4dropPv(
// CHECK: notail call void @__memscope_delete(
void drop(void *block) { ::operator delete(block); }
