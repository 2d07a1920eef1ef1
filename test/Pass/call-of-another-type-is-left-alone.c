// A function that, as its type shows, only shares the name of an allocation function is left alone; a warning says so.
// RUN: %clang_memscope -O0 -S -emit-llvm -Wno-incompatible-library-redeclaration %s -o %t.ll 2> %t.err
// RUN: %filecheck %s < %t.ll
// RUN: %filecheck --check-prefix=WARNING %s < %t.err
int memalign(int, int);

// CHECK-LABEL: @user(
// CHECK-NOT: __memscope
// CHECK: ret
int user(void) {
  // WARNING: call-of-another-type-is-left-alone.c:[[#@LINE+2]]:7: warning: calls of 'memalign' with a type
  // WARNING-SAME: that is not the standard function's are not recorded
  if (memalign(1, 2))
    return 1;
  // WARNING-NOT: warning:
  return memalign(3, 4);
}
