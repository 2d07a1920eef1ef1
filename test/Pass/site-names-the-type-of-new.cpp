// The site of a new expression names the type as the source would: qualified, with template arguments; what is not
// certain, as the type behind a plain operator new, is NULL.
// RUN: %clangxx_memscope -O2 -S -emit-llvm %s -o - | %filecheck %s
#include <new>

namespace shapes {
template <typename T> struct Point { T x, y; };
struct Outer {
  struct Inner { long value; };
};
} // namespace shapes

// CHECK-DAG: c"shapes::Point<double>\00"
// CHECK-DAG: c"make_point()\00"
auto *make_point() { return new shapes::Point<double>; }

// CHECK-DAG: c"shapes::Outer::Inner{{\[10\]}}\00"
auto *make_inner() { return new shapes::Outer::Inner[10]; }

// CHECK-DAG: c"const char *{{\[3\]}}\00"
auto *make_pointers() { return new const char *[3]; }

// CHECK-DAG: c"operator new{{\[\]}}\00"
// CHECK: @__memscope_site{{[.0-9]*}} = {{.*}} i32 [[#@LINE+2]], i32 29,
// CHECK-SAME: [[PTR]] null, [[PTR]] null }
void *make_bytes() { return ::operator new(100); }

// Inlined under a cleanup, the call becomes an invoke and keeps its type.
struct Guard {
  ~Guard();
};
struct Item {
  Item();
  long value;
};
static inline Item *make_item() { return new Item; }

// CHECK-DAG: c"Item\00"
// CHECK-LABEL: @_Z7guarded
// CHECK: invoke {{.*}} @__memscope_new(i64 noundef 8, [[PTR]]
// CHECK-NOT: memscope-type
void guarded(Item *&item) {
  Guard guard;
  item = make_item();
}
