// Compiling and linking in two steps gives no warnings, and a program that runs and records.
// RUN: %memscope-clang++ -Werror -g -O2 -c %s -o %t.o && %memscope-clang++ -Werror %t.o -o %t
// RUN: rm -rf %t.run && env MEMSCOPE_OPTIONS=output_dir=%t.run %t && ls %t.run | %filecheck %s
#include <memscope/annotations.h>

char *volatile block;

// CHECK: memscope_thread_{{[0-9]+}}.bin
// CHECK: memscope_thread_{{[0-9]+}}.freq
MEMSCOPE_TRACK int main() {
  block = new char[100];
  delete[] block;
}
