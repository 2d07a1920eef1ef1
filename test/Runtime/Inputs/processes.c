// Starts processes in one of many ways; each appends a line with its pid and the number of its own allocations to a log
// before it ends or becomes another program: processes HOW LOG COUNT [quiet]. With `quiet` the first one allocates
// nothing itself.
#define _GNU_SOURCE
#include <fcntl.h>
#include <memscope/annotations.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;
void *volatile kept;

static const char *log_path;
static int count;
static _Atomic int done; /* allocations of this process */
static _Atomic int stop;

MEMSCOPE_TRACK __attribute__((noinline)) static void allocate(int blocks) {
  for (int i = 0; i < blocks; i++) {
    free(kept = malloc((size_t)i % 100 + 1));
    done++;
  }
}

static void say(void) {
  char line[64];
  int size = snprintf(line, sizeof line, "%d %d\n", (int)getpid(), done);
  int fd = open(log_path, O_WRONLY | O_APPEND | O_CREAT, 0600);
  if (fd < 0 || write(fd, line, (size_t)size) != size)
    abort();
  close(fd);
}

static void begin_child(int number) {
  done = 0;
  allocate(number % 7 + 1);
  say();
}

static void wait_for(pid_t child) {
  int status;
  if (child < 0 || waitpid(child, &status, 0) != child || status != 0)
    abort();
}

static void execute(const char *how, int number) {
  char text[16];
  snprintf(text, sizeof text, "%d", number);
  execl("/proc/self/exe", "processes", how, log_path, text, (char *)NULL);
  _exit(1);
}

static pid_t start(const char *how, int number) {
  char text[16];
  pid_t child;
  snprintf(text, sizeof text, "%d", number);
  char *arguments[] = {"processes", "leaf", (char *)log_path, text, NULL};
  if (strcmp(how, "spawn") == 0)
    return posix_spawn(&child, "/proc/self/exe", NULL, NULL, arguments, environ) == 0 ? child : -1;
  if (strcmp(how, "vfork") == 0) {
    child = vfork();
    if (child == 0) {
      execv("/proc/self/exe", arguments);
      _exit(1);
    }
    return child;
  }
  if (strcmp(how, "shell") == 0) { /* a program without MemScope stands between */
    child = fork();
    if (child == 0) {
      char self[4096] = "";
      if (readlink("/proc/self/exe", self, sizeof self - 1) < 0)
        _exit(1);
      execl("/bin/sh", "sh", "-c", "\"$0\" leaf \"$1\" \"$2\"; exit $?", self, log_path, text, (char *)NULL);
      _exit(1);
    }
    return child;
  }
  child = fork();
  if (child == 0) {
    if (strcmp(how, "exec") == 0)
      execute("leaf", number);
    begin_child(number);
    exit(0);
  }
  return child;
}

static void *churn(void *unused) {
  while (!stop) {
    allocate(100);
    usleep(100);
  }
  return unused;
}

/* Forks while two threads allocate: they are in the middle of anything. */
static void fork_among_threads(void) {
  pthread_t threads[2];
  for (int i = 0; i < 2; i++)
    pthread_create(&threads[i], NULL, churn, NULL);
  for (int i = 0; i < count; i++)
    wait_for(start("fork", i));
  stop = 1;
  for (int i = 0; i < 2; i++)
    pthread_join(threads[i], NULL);
}

/* As daemon(3) and more: both parents are gone, no descriptor is left, and no terminal, and the directory is another. */
static void become_daemon(const char *childrens_way) {
  int over[2];
  char byte;
  if (pipe(over) != 0)
    abort();
  pid_t child = fork();
  if (child != 0) { /* the log has the daemon's line when the pipe is closed */
    close(over[1]);
    if (read(over[0], &byte, 1) != 0)
      abort();
    return;
  }
  setsid();
  if (fork() != 0)
    _exit(0);
  int last = dup2(over[1], 200);
  struct rlimit limit;
  getrlimit(RLIMIT_NOFILE, &limit);
  for (int fd = 0; fd < (int)(limit.rlim_cur < 1024 ? limit.rlim_cur : 1024); fd++)
    if (fd != last)
      close(fd);
  umask(0);
  if (chdir("/") != 0)
    abort();
  while (getppid() == child) /* until our own parent, too, is gone */
    usleep(100);
  begin_child(3);
  for (int i = 0; i < count; i++)
    wait_for(start(childrens_way, i));
  exit(0);
}

int main(int argc, char **argv) {
  const char *how = argv[1];
  log_path = argv[2];
  count = atoi(argv[3]);
  if (strcmp(how, "leaf") == 0) {
    begin_child(count);
    return 0;
  }
  if (strcmp(how, "chain") == 0) { /* one process becomes `count` programs */
    begin_child(count);
    if (count > 0)
      execute("chain", count - 1);
    return 0;
  }
  if (argc == 4)
    allocate(100);
  if (strcmp(how, "threads") == 0)
    fork_among_threads();
  else if (strncmp(how, "daemon-", 7) == 0)
    become_daemon(how + 7);
  else
    for (int i = 0; i < count; i++)
      wait_for(start(how, i));
  if (done > 0)
    say();
  return 0;
}
