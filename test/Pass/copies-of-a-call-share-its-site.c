// Calls that the optimiser makes out of one call in the source are one site.
// RUN: %clang_memscope -O2 -S -emit-llvm %s -o - | %filecheck %s
#include <stdlib.h>

// CHECK: @__memscope_site = private global
// CHECK-NOT: @__memscope_site{{.*}} = private global
// CHECK-LABEL: @fill(
// CHECK-COUNT-4: call {{.*}} @__memscope_malloc(i64 noundef 16, {{.*}}@__memscope_site{{[ )]}}
void fill(void **blocks) {
#pragma clang loop unroll(full)
  for (int i = 0; i < 4; ++i)
    blocks[i] = malloc(16);
}
