// A directory that cannot be made or written, a bad option, a closed stderr: one clear line at most, and the program's
// output and exit code are what they are without us.
// RUN: rm -rf %t.dir && mkdir -p %t.dir && cd %t.dir
// RUN: %clang_memscope -O1 %s -o program %link_memscope
// RUN: env MEMSCOPE_OPTIONS=output_dir=/proc/nowhere ./program > out 2> err; test $? = 7
// RUN: %filecheck %s --check-prefix=OUT < out && %filecheck %s --check-prefix=NOWHERE < err && test $(wc -l < err) = 1
// OUT: done
// NOWHERE: memscope: /proc/nowhere: No such file or directory: nothing is recorded
// RUN: touch occupied
// RUN: env MEMSCOPE_OPTIONS=output_dir=occupied ./program > out 2> err; test $? = 7
// RUN: %filecheck %s --check-prefix=OCCUPIED < err && test $(wc -l < err) = 1
// OCCUPIED: memscope: {{.*}}/occupied: Not a directory: nothing is recorded
// RUN: env MEMSCOPE_OPTIONS=stack_depht=3:every=many:resources=0 ./program > out 2> err; test $? = 7
// RUN: %filecheck %s --check-prefix=OPTION < err && test $(wc -l < err) = 2 && test -d Memoryanalysis
// OPTION: memscope: MEMSCOPE_OPTIONS: unknown option 'stack_depht' ignored
// OPTION: memscope: MEMSCOPE_OPTIONS: bad value 'many' of option 'every', using 0
// RUN: rm -rf Memoryanalysis && env MEMSCOPE_OPTIONS=output_dir=/proc/nowhere ./program 2>&- > out; test $? = 7
// RUN: env MEMSCOPE_OPTIONS=track=none ./program > out 2> err; test $? = 7 && test ! -s err && test ! -e Memoryanalysis
#include <memscope/annotations.h>
#include <stdio.h>
#include <stdlib.h>

void *volatile kept;

MEMSCOPE_TRACK int main(void) {
  for (int i = 0; i < 1000; i++) {
    kept = malloc(10);
    free(kept);
  }
  puts("done");
  return 7;
}
