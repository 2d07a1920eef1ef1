// A full disk, limits, missing rights and missing system calls: the program's output, exit code and signals are what they are without
// us, one line is said at most, and every event is in the run, or counted as lost there.
// REQUIRES: zstd, namespaces
// UNSUPPORTED: emulated
// RUN: rm -rf %t.dir && mkdir -p %t.dir && cd %t.dir
// RUN: %clang_memscope -O2 %s -o program %link_memscope && %clang_plain -O2 -I%include %s -o plain -pthread
// RUN: %python %inputs/surroundings.py %memscope ./plain ./program
#define _GNU_SOURCE
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <memscope/annotations.h>
#include <pthread.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#define ROUNDS 1500 /* of six events: a window and a half */

static _Thread_local char *volatile text, *volatile more;

MEMSCOPE_TRACK static size_t work(int rounds) {
  size_t sum = 0;
  for (int i = 0; i < rounds; i++) {
    text = malloc((size_t)i % 90 + 1);
    more = calloc(1, (size_t)i + 1);
    text = realloc(text, 200);
    sum += text != NULL && more[i] == 0;
    free(text);
    free(more);
  }
  return sum;
}

static void *run(void *sum) {
  *(size_t *)sum = work(ROUNDS);
  return NULL;
}

static size_t run_threads(int count) {
  pthread_t threads[2];
  size_t sums[2], sum = 0;
  for (int i = 0; i < count; i++)
    pthread_create(&threads[i], NULL, run, &sums[i]);
  for (int i = 0; i < count; i++) {
    pthread_join(threads[i], NULL);
    sum += sums[i];
  }
  return sum;
}

/* What an older kernel does not have, or a sandbox forbids: the call fails with `error`. */
static void forbid(unsigned short call, unsigned error) {
  struct sock_filter filter[] = {
      {BPF_LD | BPF_W | BPF_ABS, 0, 0, offsetof(struct seccomp_data, nr)},
      {BPF_JMP | BPF_JEQ | BPF_K, 0, 1, call},
      {BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ERRNO | error},
      {BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ALLOW},
  };
  struct sock_fprog program = {4, filter};
  prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}

/* program THREADS [ACTION]: half of the threads before the action, half after it. */
int main(int argc, char **argv) {
  static const unsigned short calls[] = {SYS_process_vm_readv, SYS_close_range, SYS_fallocate, SYS_getrandom, SYS_flock, SYS_madvise};
  int threads = atoi(argv[1]);
  const char *action = argc > 2 ? argv[2] : "";
  for (size_t i = 0; i < sizeof calls / sizeof *calls; i++)
    if (strcmp(action, "ENOSYS") == 0 || strcmp(action, "EPERM") == 0)
      forbid(calls[i], action[1] == 'N' ? ENOSYS : EPERM);
  size_t sum = run_threads(threads) + work(ROUNDS / 2);
  if (strcmp(action, "pause") == 0 && (write(STDOUT_FILENO, "\n", 1) != 1 || read(STDIN_FILENO, &(char){0}, 1) != 1))
    return 1;
  if (strcmp(action, "chroot") == 0 && (chroot("/proc/self/fdinfo") != 0 || chdir("/") != 0))
    return 1;
  sum += work(ROUNDS / 2) + run_threads(threads);
  printf("%d threads, %d events each, sum %zu\n", 2 * threads + 1, 6 * ROUNDS, sum);
  return 7;
}
