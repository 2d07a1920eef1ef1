// new and delete expressions reach the runtime in the form the language chooses: array, sized, aligned, nothrow.
// RUN: %clangxx_memscope -std=c++17 -fsized-deallocation -O1 -S -emit-llvm %s -o - | %filecheck %s
#include <new>

struct alignas(64) Line {
  char bytes[64];
};

// CHECK-LABEL: @_Z4makev(
// CHECK: notail call {{.*}} @__memscope_new(i64 noundef 4,
int *make() { return new int; }

// CHECK-LABEL: @_Z9make_manym(
// CHECK: notail call {{.*}} @__memscope_new_array(
int *make_many(unsigned long count) { return new int[count]; }

// CHECK-LABEL: @_Z11try_to_makev(
// CHECK: notail call {{.*}} @__memscope_new_nothrow(i64 noundef 4, {{.*}}@_ZSt7nothrow,
int *try_to_make() { return new (std::nothrow) int; }

// CHECK-LABEL: @_Z12make_alignedv(
// CHECK: notail call {{.*}} @__memscope_new_aligned(i64 noundef 64, i64 noundef 64,
Line *make_aligned() { return new Line; }

// CHECK-LABEL: @_Z4dropPi(
// CHECK: notail call void @__memscope_delete_sized({{.*}}, i64 noundef 4,
void drop(int *p) { delete p; }

// CHECK-LABEL: @_Z9drop_manyPi(
// CHECK: notail call void @__memscope_delete_array(
void drop_many(int *p) { delete[] p; }

// CHECK-LABEL: @_Z12drop_alignedP4Line(
// CHECK: notail call void @__memscope_delete_sized_aligned({{.*}}, i64 noundef 64, i64 noundef 64,
void drop_aligned(Line *p) { delete p; }
