/* SPDX-License-Identifier: Apache-2.0
 *
 * run.c: `memscope run`: puts libmemscope_preload.so into the environment and becomes the program, so that its exit
 * code, its signals and its place among the processes are its own.
 */
#include "commands/commands.h"
#include "support/arena.h"

#include <errno.h>
#include <fcntl.h>
#include <gelf.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#define LIBRARY "libmemscope_preload.so"
#define DEFAULT "Memoryanalysis" /* of output_dir */

/* ---- the library ---- */

/* Beside the tool: build/bin and build/lib, or the folders of an installation. */
static enum ms_status find_library(char *path, size_t capacity, struct ms_error *error) {
  static const char *const folders[] = {"../lib", MEMSCOPE_LIBRARY_FOLDER, "../lib64"};
  char tool[PATH_MAX];
  ssize_t length = readlink("/proc/self/exe", tool, sizeof tool - 1);
  if (length < 0)
    return ms_error_set(error, MS_E_ENVIRONMENT, "/proc/self/exe", "%s", strerror(errno));
  tool[length] = '\0';
  *strrchr(tool, '/') = '\0';
  for (size_t i = 0; i < sizeof folders / sizeof *folders; i++)
    if (snprintf(path, capacity, "%s/%s/" LIBRARY, tool, folders[i]) < (int)capacity && access(path, R_OK) == 0)
      return MS_OK;
  return ms_error_set(error, MS_E_ENVIRONMENT, LIBRARY, "not found beside %s", tool);
}

/* ---- the program ---- */

/* As execvp does. False: left to execvp to say why. */
static bool find_program(const char *name, char *path, size_t capacity) {
  if (strchr(name, '/') != NULL)
    return snprintf(path, capacity, "%s", name) < (int)capacity;
  const char *folders = getenv("PATH");
  for (const char *at = folders != NULL ? folders : "/bin:/usr/bin"; at != NULL;) {
    size_t length = strcspn(at, ":");
    if (snprintf(path, capacity, "%.*s/%s", (int)(length > 0 ? length : 1), length > 0 ? at : ".", name) <
            (int)capacity &&
        access(path, X_OK) == 0)
      return true;
    at = at[length] == ':' ? at + length + 1 : NULL;
  }
  return false;
}

static bool has_interpreter(Elf *elf) {
  size_t count = 0;
  GElf_Phdr segment;
  elf_getphdrnum(elf, &count);
  for (size_t i = 0; i < count; i++)
    if (gelf_getphdr(elf, (int)i, &segment) != NULL && segment.p_type == PT_INTERP)
      return true;
  return false;
}

/* Whether the program asks for a library whose name begins so. */
static bool needs(Elf *elf, const char *library) {
  GElf_Shdr head;
  for (Elf_Scn *section = NULL; (section = elf_nextscn(elf, section)) != NULL;) {
    if (gelf_getshdr(section, &head) == NULL || head.sh_type != SHT_DYNAMIC)
      continue;
    Elf_Data *data = elf_getdata(section, NULL);
    GElf_Dyn entry;
    for (int i = 0; data != NULL && gelf_getdyn(data, i, &entry) != NULL && entry.d_tag != DT_NULL; i++) {
      const char *name = entry.d_tag == DT_NEEDED ? elf_strptr(elf, head.sh_link, entry.d_un.d_val) : NULL;
      if (name != NULL && strncmp(name, library, strlen(library)) == 0)
        return true;
    }
  }
  return false;
}

static const char *obstacle_in(Elf *elf) {
  if (elf_kind(elf) != ELF_K_ELF)
    return NULL; /* a script is its interpreter */
  if (gelf_getclass(elf) != ELFCLASS64)
    return "it is a 32-bit program";
  if (!has_interpreter(elf))
    return "it is linked statically; build it with memscope-clang";
  if (needs(elf, "libasan.so"))
    return "AddressSanitizer's library must come first; build it with memscope-clang";
  return NULL;
}

/* Why nothing can be preloaded into the program; NULL: no reason is seen. */
static const char *obstacle(const char *path) {
  struct stat status;
  if (stat(path, &status) == 0 && status.st_mode & (S_ISUID | S_ISGID) && geteuid() != 0)
    return "it runs with other privileges, and the dynamic linker preloads nothing then";
  int file = open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0)
    return NULL;
  elf_version(EV_CURRENT);
  Elf *elf = elf_begin(file, ELF_C_READ, NULL);
  const char *reason = elf == NULL ? NULL : obstacle_in(elf);
  elf_end(elf);
  close(file);
  return reason;
}

/* ---- the environment ---- */

/* Sets a variable to two texts with a separator between them where both are there. */
static void set_list(struct ms_arena *arena, const char *name, const char *first, const char *second) {
  bool both = first != NULL && first[0] != '\0' && second != NULL && second[0] != '\0';
  setenv(name,
         ms_arena_format(arena, "%s%s%s", first == NULL ? "" : first, both ? ":" : "", second == NULL ? "" : second),
         1);
}

/* Behind the user's own, so that it holds. */
static void add_option(struct ms_arena *arena, const char *key, const char *value) {
  set_list(arena, "MEMSCOPE_OPTIONS", getenv("MEMSCOPE_OPTIONS"), ms_arena_format(arena, "%s=%s", key, value));
}

/* An absolute path: processes that the program starts may stand elsewhere. Where the option cannot take one, the
 * default, which is relative, stays. */
static enum ms_status choose_directory(struct ms_arena *arena, const char *wanted, struct ms_error *error) {
  char here[PATH_MAX], path[2 * PATH_MAX];
  if (wanted[0] != '/' && getcwd(here, sizeof here) == NULL)
    return ms_error_set(error, MS_E_ENVIRONMENT, "the working directory", "%s", strerror(errno));
  snprintf(path, sizeof path, "%s%s%s", wanted[0] == '/' ? "" : here, wanted[0] == '/' ? "" : "/", wanted);
  if (strchr(path, ':') != NULL && strcmp(wanted, DEFAULT) == 0)
    return MS_OK;
  if (strchr(path, ':') != NULL)
    return ms_error_set(error, MS_E_USAGE, path, "an output directory cannot have a colon in its name");
  add_option(arena, "output_dir", path);
  return MS_OK;
}

/* Processes with the same token are one run: none takes the other's directory for that of an earlier one. */
static void begin_tree(void) {
  uint64_t random = 0;
  char token[24];
  if (getrandom(&random, sizeof random, GRND_NONBLOCK) != (ssize_t)sizeof random)
    random = (uint64_t)getpid() << 32 ^ (uint64_t)getauxval(AT_SYSINFO_EHDR);
  snprintf(token, sizeof token, "%016llx", (unsigned long long)random);
  setenv("MEMSCOPE_TREE", token, 1);
}

static enum ms_status prepare(struct ms_arena *arena, const char *program, const char *out, bool all,
                              struct ms_error *error) {
  char library[PATH_MAX], path[PATH_MAX];
  enum ms_status status = find_library(library, sizeof library, error);
  if (status == MS_OK && strpbrk(library, " :") != NULL)
    status = ms_error_set(error, MS_E_ENVIRONMENT, library, "LD_PRELOAD cannot take a path with a blank or colon");
  const char *options = getenv("MEMSCOPE_OPTIONS"), *others = getenv("LD_PRELOAD");
  if (status == MS_OK && (out != NULL || options == NULL || strstr(options, "output_dir=") == NULL))
    status = choose_directory(arena, out != NULL ? out : DEFAULT, error);
  if (status != MS_OK)
    return status;
  if (all)
    add_option(arena, "track", "all");
  begin_tree();
  const char *reason = find_program(program, path, sizeof path) ? obstacle(path) : NULL;
  if (reason != NULL)
    fprintf(stderr, "memscope: %s: nothing will be recorded: %s\n", path, reason);
  else /* in front of other preloaded libraries, so that an allocator among them is the one behind it */
    set_list(arena, "LD_PRELOAD", library, others);
  return MS_OK;
}

/* ---- command ---- */

/* The program's own arguments begin with the first that is no option of ours, or behind `--`. */
static int find_command(struct ms_arguments arguments) {
  int at = 0;
  while (at < arguments.count && arguments.values[at][0] == '-' && strcmp(arguments.values[at], "--") != 0)
    at += strcmp(arguments.values[at], "--out") == 0 ? 2 : 1;
  return at;
}

struct ms_arguments ms_run_own(struct ms_arguments arguments) {
  int command = find_command(arguments);
  return (struct ms_arguments){command < arguments.count ? command : arguments.count, arguments.values};
}

enum ms_status ms_run_run(struct ms_arguments arguments, struct ms_error *error) {
  const char *out = NULL, *operand;
  bool all = false;
  const struct ms_flag flags[] = {{"--all", NULL, &all}, {"--out", &out, NULL}};
  int command = find_command(arguments);
  enum ms_status status =
      ms_arguments_parse(ms_run_own(arguments), flags, sizeof flags / sizeof *flags, &operand, error);
  if (status != MS_OK)
    return status;
  command += command < arguments.count && strcmp(arguments.values[command], "--") == 0;
  if (command >= arguments.count)
    return ms_error_set(error, MS_E_USAGE, NULL, "run needs a program");
  char **program = arguments.values + command;
  struct ms_arena arena = {0};
  status = prepare(&arena, program[0], out, all, error);
  ms_arena_free(&arena);
  if (status != MS_OK)
    return status;
  execvp(program[0], program);
  /* As shells do. */
  fprintf(stderr, "memscope: %s: %s\n", program[0], strerror(errno));
  exit(errno == ENOENT ? 127 : 126);
}
