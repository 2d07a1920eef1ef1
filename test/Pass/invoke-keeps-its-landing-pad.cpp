// operator new that may throw into a handler stays an invoke with both its ways out, whether it is called directly or
// recorded.
// RUN: %clangxx_memscope -O2 -S -emit-llvm %s -o - | %filecheck %s
#include <new>
int failures;

// CHECK-LABEL: @_Z4makem(
// CHECK: invoke {{.*}} @_Znam(i64 noundef %{{[^,]+}})
// CHECK-NEXT: to label %[[NORMAL:.+]] unwind label %[[HANDLER:.+]], !dbg
// CHECK: [[HANDLER]]:
// CHECK-NEXT: landingpad
// CHECK: invoke {{.*}} @__memscope_new_array(i64 noundef %{{[^,]+}}, {{.*}}@__memscope_site{{.*}})
// CHECK-NEXT: to label %[[NORMAL]] unwind label %[[HANDLER]], !dbg
char *make(unsigned long size) {
  try {
    return new char[size];
  } catch (const std::bad_alloc &) {
    ++failures;
    return nullptr;
  }
}
