// A program with more rights than its user, by its owner, its group or a capability, takes no option, and records nothing: the
// directory would be the user's choice. Without them, or run by who has the rights, it records.
// REQUIRES: root
// UNSUPPORTED: emulated
// RUN: rm -rf %t.dir && mkdir -p %t.dir && cd %t.dir
// RUN: %clang_memscope -O2 %s -o program %lib/libmemscope.a -pthread -lm && %python %inputs/set_user_id.py ./program | %filecheck %s
// CHECK:      owner: output done, exit code 7, said 0 lines, made nothing
// CHECK-NEXT: group: output done, exit code 7, said 0 lines, made nothing
// CHECK-NEXT: capability: output done, exit code 7, said 0 lines, made nothing
// CHECK-NEXT: none: output done, exit code 7, said {{[1-9][0-9]*}} lines, made evil
// CHECK-NEXT: owner, by the owner: output done, exit code 7, said {{[1-9][0-9]*}} lines, made evil
#include <memscope/annotations.h>
#include <memscope/memscope.h>
#include <stdio.h>
#include <stdlib.h>

static void *volatile kept;

MEMSCOPE_TRACK int main(void) {
  for (int i = 0; i < 100; i++)
    free(kept = malloc(10));
  (void)memscope_init_thread_tracker("other", NULL);
  free(kept = malloc(10));
  puts("done");
  return 7;
}
