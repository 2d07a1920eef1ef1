// An object that was compiled for another version of the runtime is a link error that names both versions.
// RUN: %clang_memscope -O1 -c %s -o %t.o && nm %t.o | sed -n 's/.*U __memscope_module_v/version /p' > %t.version
// RUN: objcopy --redefine-sym __memscope_module_v$(cut -d ' ' -f 2 %t.version)=__memscope_module_v1 %t.o %t.old.o
// RUN: %clang_plain %t.o -o %t.out %link_memscope 2> %t.said && test ! -s %t.said
// RUN: %not %clang_plain -fuse-ld=bfd %t.old.o -o %t.out %link_memscope 2> %t.said && cat %t.version %t.said | %filecheck %s --check-prefix=BFD
// RUN: %not %clang_plain -fuse-ld=bfd %t.old.o -o %t.out %lib/libmemscope.a -lm -pthread 2> %t.said && cat %t.version %t.said | %filecheck %s --check-prefix=BFD
// RUN: %not %clang_plain -fuse-ld=lld %t.old.o -o %t.out %link_memscope 2> %t.said && cat %t.version %t.said | %filecheck %s --check-prefix=LLD
// BFD: version [[OWN:[0-9]+]]
// BFD: warning: compiled by a plugin with version 1 of MemScope's interface; this libmemscope has version [[OWN]]
// BFD: undefined reference to `__memscope_module_v1'
// LLD: version [[OWN:[0-9]+]]
// LLD: undefined symbol: __memscope_module_v1
// LLD: did you mean: __memscope_module_v[[OWN]]
#include <memscope/annotations.h>
#include <stdlib.h>

void *volatile kept;

MEMSCOPE_TRACK int main(void) {
  kept = malloc(3);
  return 0;
}
