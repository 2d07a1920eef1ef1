/* SPDX-License-Identifier: Apache-2.0
 *
 * faults.c: runs a program and makes one system call of libmemscope fail, or with + all of its kind from there on (those that
 * make and write files; those that take memory; others: the same call): faults N[+] ERROR LOG PROGRAM ARGUMENT... The N-th, counted over all threads from the library's loading; 0: none. ERROR is a number, or `short`: what reads
 * and writes moves half of what it was asked to; or `kill`: the program is, instead of that call. A call is the library's if it, or the C library's function that makes it,
 * was called from there. LOG gets how many calls there were, and the number of the one that failed. x86-64.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#define TASKS 65536

static uint64_t low, high; /* the library's code */
static long calls, wanted, failed = -1;
static bool all_from_there;
static long kind; /* of the N-th */
static int error; /* 0: short */
static bool is_kill;
static pid_t program;
static char inside[TASKS], overridden[TASKS];

static void find_library(pid_t task) {
  char path[64], line[4096];
  snprintf(path, sizeof path, "/proc/%d/maps", task);
  FILE *maps = fopen(path, "r");
  while (maps && fgets(line, sizeof line, maps))
    if (strstr(line, "libmemscope.so") && strstr(line, " r-xp "))
      sscanf(line, "%" SCNx64 "-%" SCNx64, &low, &high);
  if (maps)
    fclose(maps);
}

static bool in_library(uint64_t address) { return address >= low && address < high; }

/* Not calls that have no errors, or none that anybody could answer, nor what is said to the user. */
static bool may_fail(long number, uint64_t first_argument) {
  if (number == SYS_write && first_argument == STDERR_FILENO)
    return false;
  return number != SYS_rt_sigprocmask && number != SYS_futex && number != SYS_gettid && number != SYS_getpid &&
         number != SYS_getppid && number != SYS_exit && number != SYS_munmap;
}

static long kind_of(long number) {
  switch (number) {
  case SYS_openat:
  case SYS_write:
  case SYS_pwrite64:
  case SYS_fallocate:
  case SYS_mkdir:
  case SYS_rename:
    return -1;
  case SYS_mmap:
  case SYS_mremap:
  case SYS_madvise:
  case SYS_clone:
    return -2;
  default:
    return number;
  }
}

static bool moves_bytes(long number) {
  return number == SYS_read || number == SYS_write || number == SYS_pread64 || number == SYS_pwrite64;
}

static void on_entry(pid_t task, struct user_regs_struct *registers) {
  long number = (long)registers->orig_rax;
  if (high == 0)
    find_library(task);
  uint64_t caller = (uint64_t)ptrace(PTRACE_PEEKDATA, task, (void *)registers->rsp, NULL);
  if (high == 0 || !(in_library(registers->rip) || in_library(caller)) || !may_fail(number, registers->rdi))
    return;
  calls++;
  if (calls == wanted)
    kind = kind_of(number);
  if (wanted == 0 || calls < wanted || (calls > wanted && !(all_from_there && kind_of(number) == kind)) ||
      (error == 0 && !is_kill && !moves_bytes(number)))
    return;
  failed = number;
  if (is_kill) {
    kill(program, SIGKILL);
    return;
  }
  if (error == 0) {
    registers->rdx = (registers->rdx + 1) / 2;
  } else {
    overridden[task % TASKS] = 1;
    if (number != SYS_close) /* which closes, whatever it says */
      registers->orig_rax = (unsigned long long)-1;
  }
  ptrace(PTRACE_SETREGS, task, NULL, registers);
}

static void on_call(pid_t task) {
  struct user_regs_struct registers;
  if (ptrace(PTRACE_GETREGS, task, NULL, &registers) != 0)
    return;
  char *entered = &inside[task % TASKS];
  if ((*entered = !*entered)) {
    on_entry(task, &registers);
  } else if (overridden[task % TASKS]) {
    overridden[task % TASKS] = 0;
    registers.rax = (unsigned long long)-error;
    ptrace(PTRACE_SETREGS, task, NULL, &registers);
  }
}

int main(int argc, char **argv) {
  if (argc < 5)
    return 2;
  wanted = atol(argv[1]);
  all_from_there = strchr(argv[1], '+') != NULL;
  error = atoi(argv[2]);
  is_kill = strcmp(argv[2], "kill") == 0;
  program = fork();
  if (program == 0) {
    ptrace(PTRACE_TRACEME, 0, NULL, NULL);
    raise(SIGSTOP);
    execv(argv[4], argv + 4);
    _exit(127);
  }
  int status, result = 0;
  waitpid(program, &status, 0);
  ptrace(PTRACE_SETOPTIONS, program, NULL,
         PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACECLONE | PTRACE_O_TRACEFORK | PTRACE_O_TRACEEXEC | PTRACE_O_EXITKILL);
  ptrace(PTRACE_SYSCALL, program, NULL, NULL);
  for (pid_t task; (task = waitpid(-1, &status, __WALL)) > 0;) {
    if (!WIFSTOPPED(status)) {
      inside[task % TASKS] = overridden[task % TASKS] = 0;
      if (task == program)
        result = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
      continue;
    }
    int signal = WSTOPSIG(status);
    if (signal == (SIGTRAP | 0x80))
      on_call(task);
    bool ours = signal == (SIGTRAP | 0x80) || signal == SIGSTOP || status >> 16 != 0;
    ptrace(PTRACE_SYSCALL, task, NULL, (void *)(uintptr_t)(ours ? 0 : signal));
  }
  FILE *log = fopen(argv[3], "w");
  if (log) {
    fprintf(log, "%ld %ld\n", calls, failed);
    fclose(log);
  }
  return result;
}
