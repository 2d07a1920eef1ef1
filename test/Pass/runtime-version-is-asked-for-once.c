// Each linked object has one constructor that refers to the versioned symbol of the runtime, so that another version of
// the runtime is a link error; it runs before the program's own constructors.
// RUN: %clang_memscope -O1 -fPIC -c %s -o %t.1.o && %clang_memscope -O1 -fPIC -DSECOND -c %s -o %t.2.o
// RUN: %clang_plain -shared %t.1.o %t.2.o -o %t.so && nm %t.so | sort -k 2 | %filecheck %s
// RUN: %not %clang_plain %t.1.o %t.2.o -o %t 2>&1 | %filecheck --check-prefix=LINK %s
#include <stdlib.h>

// CHECK: U __memscope_module_v[[VERSION:[0-9]+]]
// CHECK: {{[tT]}} __memscope_module_ctor_v[[VERSION]]
// CHECK-NOT: __memscope_module_ctor
// LINK: undefined reference to `__memscope_module_v{{[0-9]+}}'
#ifdef SECOND
void *second(void) { return malloc(2); }
#else
void *first(void) { return malloc(1); }
int main(void) { return 0; }
#endif
