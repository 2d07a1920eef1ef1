// A child made by a raw system call, of which libc tells nobody, is noticed at its first event: it neither writes into its
// parent's files nor crashes, and records into <output_dir>.<pid>.
// RUN: rm -rf %t.dir && mkdir -p %t.dir && cd %t.dir
// RUN: %clang_memscope -O2 %s -o program %link_memscope && ./program
// RUN: %memscope dump Memoryanalysis | %filecheck %s --check-prefix=PARENT
// RUN: %memscope dump Memoryanalysis.* | %filecheck %s --check-prefix=CHILD
#define _GNU_SOURCE
#include <memscope/annotations.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

void *volatile kept;

__attribute__((noinline)) static void allocate(size_t size) { kept = malloc(size); }

MEMSCOPE_TRACK static int work(void) {
  allocate(100);
  // PARENT: alloc {{.*}} size=100 {{.*}} function=allocate
  // CHILD-NOT: size=100
  int status = 1;
  pid_t child = (pid_t)syscall(SYS_fork);
  if (child == 0) {
    for (int i = 0; i < 10000; i++)
      allocate(200);
    // CHILD: alloc {{.*}} size=200 {{.*}} function=allocate
    // CHILD: total allocations=10000
    // PARENT-NOT: size=200
    exit(0);
  }
  waitpid(child, &status, 0);
  allocate(300);
  // PARENT: alloc {{.*}} size=300
  // PARENT: total allocations=2
  return status;
}

int main(void) { return work(); }
