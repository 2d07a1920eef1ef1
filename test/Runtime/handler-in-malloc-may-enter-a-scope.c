// A signal handler may call an annotated function at any moment, in the middle of malloc as well: entering a scope neither
// allocates nor locks. Forty processes are interrupted once each; none may hang.
// RUN: rm -rf %t.dir && mkdir -p %t.dir && cd %t.dir
// RUN: %clang_memscope -O2 %s -o program %link_memscope && timeout 60 ./program
#include <memscope/annotations.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile sig_atomic_t arrived;
static void *volatile kept;

MEMSCOPE_TRACK static int compute(int number) { return number * 2 + 1; }

static void on_alarm(int number) { arrived = compute(number); }

static int child(int microseconds) {
  struct itimerval timer = {{0, 0}, {0, microseconds}};
  signal(SIGALRM, on_alarm);
  setitimer(ITIMER_REAL, &timer, NULL);
  while (!arrived) {
    kept = malloc(100);
    free(kept);
  }
  return 0;
}

int main(void) {
  for (int i = 0; i < 40; i++) {
    int status;
    pid_t process = fork();
    if (process == 0)
      _exit(child(200 + 37 * i));
    if (waitpid(process, &status, 0) != process || status != 0)
      return 1;
  }
}
