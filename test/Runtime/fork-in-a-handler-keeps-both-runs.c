// A signal handler forks, also where it has interrupted the recorder, and the child returns from it: the interrupted call
// goes on in the child without touching the parent's files, and what the child does then is in its own run, also where
// other threads of it are the first to record.
// UNSUPPORTED: emulated, tsan
// RUN: rm -rf %t.dir && mkdir -p %t.dir && cd %t.dir
// RUN: %clang_memscope -O1 %s -o program %link_memscope && timeout 60 ./program > parent
// RUN: %memscope dump Memoryanalysis | tail -1 >> parent && %filecheck %s < parent
// CHECK: recorded [[#COUNT:]]
// CHECK: total allocations=[[#COUNT]] deallocations=[[#COUNT]]
// RUN: for run in Memoryanalysis.*; do %memscope dump $run | tail -1; done > children
// RUN: ls -d Memoryanalysis.* | wc -l >> children && %filecheck %s --check-prefix=CHILD < children
// The block that the interrupted call made is the parent's or the child's.
// CHILD-COUNT-100: total allocations={{320 deallocations=320|321 deallocations=321}}
// CHILD-NEXT: 100
#include <errno.h>
#include <memscope/annotations.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#define FORKS 100

static volatile sig_atomic_t forks, child;

static void on_alarm(int signal) {
  (void)signal;
  if (child || forks == FORKS)
    return;
  child = fork() == 0;
  forks++;
}

__attribute__((noinline)) static void record(int depth) {
  if (depth > 0) {
    record(depth - 1);
  } else {
    void *volatile block = malloc(40);
    free(block);
  }
  __asm__ volatile("");
}

MEMSCOPE_TRACK static void *work_beside(void *argument) {
  for (int i = 0; i < 10; i++)
    record(i);
  return argument;
}

MEMSCOPE_TRACK static void work(void) {
  int count = 0;
  for (; forks < FORKS && !child; count++)
    record(count % 17);
  if (child) {
    pthread_t threads[2];
    for (int i = 0; i < 2; i++)
      pthread_create(&threads[i], NULL, work_beside, NULL);
    for (int i = 0; i < 2; i++)
      pthread_join(threads[i], NULL);
    for (int i = 0; i < 300; i++)
      record(i % 17);
    _exit(7);
  }
  printf("recorded %d\n", count);
}

int main(void) {
  struct sigaction action = {.sa_handler = on_alarm, .sa_flags = SA_RESTART};
  struct itimerval often = {{0, 700}, {0, 700}}, never = {{0, 0}, {0, 0}};
  sigaction(SIGALRM, &action, NULL);
  setitimer(ITIMER_REAL, &often, NULL);
  work();
  setitimer(ITIMER_REAL, &never, NULL);
  for (int status, good = 0;;) {
    if (wait(&status) < 0)
      return errno == ECHILD && good == FORKS ? 0 : 1;
    good += WIFEXITED(status) && WEXITSTATUS(status) == 7;
  }
}
