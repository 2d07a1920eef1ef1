// Warnings of the pass are warnings of the compiler: -Werror makes them errors, -w silences them.
// RUN: %not %clang_memscope -Werror -c %s -o %t.o 2>&1 | %filecheck %s
// RUN: %clang_memscope -Werror -w -c %s -o %t.o 2>&1 | %filecheck --allow-empty --check-prefix=SILENT %s
#include <memscope/annotations.h>

// CHECK: error: memscope_track: unknown parameter 'color'
// SILENT-NOT: memscope_track
MEMSCOPE_TRACK_AS("color=red") void tracked(void) {}
