// Compressing is hidden from the sanitizers of a program, which then find nothing in it; and where ThreadSanitizer watches the runtime
// itself, it finds nothing in how threads share the places to compress at.
// UNSUPPORTED: emulated, sanitized
// RUN: rm -rf %t.dir && mkdir -p %t.dir && cd %t.dir
// RUN: for kind in thread address; do %clang_memscope -fsanitize=$kind -O1 -I%S/Inputs %s -o program %link_memscope && \
// RUN:   env MEMSCOPE_OPTIONS=compress=zstd TSAN_OPTIONS=exitcode=66:log_path=report ASAN_OPTIONS=detect_leaks=0 ./program > sums || { cat report.*; exit 1; }; \
// RUN:   %python %inputs/events_against_sums.py %memscope Memoryanalysis sums && %python %inputs/blocks.py Memoryanalysis | %filecheck %s || exit 1; done
// RUN: %clang_memscope -fsanitize=thread -O1 -I%S/Inputs %s -c -o program.o
// RUN: %clang_plain -fsanitize=thread -O1 -g -fno-omit-frame-pointer -std=gnu17 -w -I%source/runtime/include -I%source/runtime/src \
// RUN:   -include %S/Inputs/watched_runtime.h -DMEMSCOPE_VERSION_TEXT='"test"' %source/runtime/src/*.c %source/runtime/src/resources/*.c \
// RUN:   program.o -o program -pthread -lm
// RUN: env MEMSCOPE_OPTIONS=compress=zstd TSAN_OPTIONS=exitcode=66:log_path=report ./program > sums || { cat report.*; exit 1; }
// RUN: %python %inputs/events_against_sums.py %memscope Memoryanalysis sums && %python %inputs/blocks.py Memoryanalysis | %filecheck %s
// CHECK-COUNT-6: {{^[1-9] blocks, [1-9] compressed}}
#include "random_threads.h"

int main(void) { return count_threads(6, 15000); }
