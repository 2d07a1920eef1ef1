// A mapping that is removed unseen, by a system call or a prebuilt library, ends when another one takes its place.
// RUN: rm -rf %t.dir && mkdir -p %t.dir && cd %t.dir
// RUN: %clang_memscope -O1 %s -o program %link_memscope && ./program && %memscope dump Memoryanalysis | %filecheck %s
#define _GNU_SOURCE
#include <memscope/annotations.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

void *volatile sink;

MEMSCOPE_TRACK int main(void) {
  const int kind = MAP_PRIVATE | MAP_ANONYMOUS, access = PROT_READ | PROT_WRITE;
  sink = malloc(1);
  free(sink);
  char *place = mmap(NULL, 40960, PROT_NONE, kind, -1, 0);
  // CHECK: alloc addr=[[UNSEEN:0x[0-9a-f]+]] size=4096
  char *unseen = mmap(place + 8192, 4096, access, kind | MAP_FIXED, -1, 0);
  syscall(SYS_munmap, unseen, 4096);
  // CHECK: free addr=[[UNSEEN]] {{.*}} callee=mmap
  // CHECK: alloc addr=[[WHOLE:0x[0-9a-f]+]] size=40960
  char *whole = mmap(place, 40960, access, kind | MAP_FIXED, -1, 0);
  // CHECK: free addr=[[WHOLE]] {{.*}} callee=munmap
  // CHECK: alloc addr=[[WHOLE]] size=36864 {{.*}} callee=munmap
  munmap(whole + 36864, 4096);
  // CHECK: free addr=[[WHOLE]] {{.*}} callee=munmap
  munmap(whole, 36864);
  return 0;
  // CHECK-NOT: {{ alloc | free }}
}
