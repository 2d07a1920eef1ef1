// The C library leaves the loader's lock as it is in the child of a fork. So a fork waits while a thread of the runtime
// holds it: the child of a program with one thread can go through the loader's list. The program's own dl_iterate_phdr
// makes that take as long as it seldom does.
// UNSUPPORTED: emulated, tsan
// RUN: rm -rf %t.dir && mkdir -p %t.dir && cd %t.dir
// RUN: %clang_memscope -O1 %s -o program %link_memscope -ldl -rdynamic && timeout 20 ./program
#define _GNU_SOURCE
#include <dlfcn.h>
#include <link.h>
#include <memscope/annotations.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

typedef int visitor(struct dl_phdr_info *, size_t, void *);

static void *volatile kept;
static atomic_bool listed;

struct slow {
  visitor *visit;
  void *context;
};

static int visit_slowly(struct dl_phdr_info *info, size_t size, void *context) {
  struct slow *slow = context;
  if (syscall(SYS_gettid) != getpid()) {
    listed = 1;
    usleep(20 * 1000);
  }
  return slow->visit(info, size, slow->context);
}

__attribute__((visibility("default"))) int dl_iterate_phdr(visitor *visit, void *context) {
  int (*real)(visitor *, void *) = (int (*)(visitor *, void *))dlsym(RTLD_NEXT, "dl_iterate_phdr");
  struct slow slow = {visit, context};
  return real(visit_slowly, &slow);
}

static int look(struct dl_phdr_info *info, size_t size, void *context) {
  (void)info, (void)size, (void)context;
  return 7;
}

MEMSCOPE_TRACK static void work(void) { kept = malloc(40); }

int main(void) {
  work();
  while (!listed) /* by the collector, once a second */
    usleep(1000);
  if (fork() == 0) {
    alarm(3);
    _exit(dl_iterate_phdr(look, NULL));
  }
  int status;
  wait(&status);
  return !(WIFEXITED(status) && WEXITSTATUS(status) == 7);
}
