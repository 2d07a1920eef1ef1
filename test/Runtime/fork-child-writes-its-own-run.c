// The child of a fork records into <output_dir>.<pid>, with the names of call sites its parent had met; the parent's run
// is undisturbed.
// RUN: rm -rf %t.dir && mkdir -p %t.dir && cd %t.dir
// RUN: %clang_memscope -O2 %s -o program %link_memscope && ./program
// RUN: %memscope dump Memoryanalysis | %filecheck %s --check-prefix=PARENT
// RUN: %memscope dump Memoryanalysis.* | %filecheck %s --check-prefix=CHILD
#define _GNU_SOURCE
#include <memscope/annotations.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#ifdef RAW /* as fork, which newer machines do not have */
#define FORK() ((pid_t)syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0))
#else
#define FORK() fork()
#endif

void *volatile kept;

__attribute__((noinline)) static void allocate(size_t size) { kept = malloc(size); }

MEMSCOPE_TRACK static int work(void) {
  allocate(100);
  // PARENT: alloc {{.*}} size=100 {{.*}} function=allocate
  // CHILD-NOT: size=100
  int status = 1;
  pid_t child = FORK();
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
