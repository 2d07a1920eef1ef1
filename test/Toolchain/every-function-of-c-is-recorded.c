// Every function of C, POSIX and glibc in abi.def is recorded under its own name with size and alignment, at every level, and so is
// every release: one C source, with each version of LLVM.
// RUN: rm -rf %t.dir && mkdir -p %t.dir && cd %t.dir
// RUN: %clang_plain -O1 -I%include -DRELEASES -c %s -o releases.o
// RUN: sh %S/Inputs/try_levels.sh "%clang_memscope -D_GNU_SOURCE -Wno-deprecated-declarations" %s "releases.o %link_memscope" %memscope "%filecheck %s"
#include <memscope/annotations.h>
#include <dirent.h>
#include <fcntl.h>
#include <malloc.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <wchar.h>

// Functions that this C library does not have, or not any more: from a file that is not instrumented they are what they would be.
void free_sized(void *block, size_t size);
void free_aligned_sized(void *block, size_t alignment, size_t size);
void cfree(void *block);
#ifdef RELEASES
void free_sized(void *block, size_t size) { (void)size, free(block); }
void free_aligned_sized(void *block, size_t alignment, size_t size) { (void)alignment, (void)size, free(block); }
void cfree(void *block) { free(block); }
#else

// What the C library's headers make of others.
char *__strdup(const char *);
char *__strndup(const char *, size_t);
ssize_t __getdelim(char **, size_t *, int, FILE *);
int __asprintf_chk(char **, int, const char *, ...);
int __vasprintf_chk(char **, int, const char *, va_list);
char *__realpath_chk(const char *, char *, size_t);
char *__getcwd_chk(char *, size_t, size_t);

static void *volatile sink;    // what has been there cannot be optimised away
static void *volatile nothing; // realloc of a known NULL would become malloc
static void *seen(void *block) { return sink = block; }

static char *format(const char *text, ...) {
  char *result;
  va_list list;
  va_start(list, text);
  int length = text[0] == '!' ? __vasprintf_chk(&result, 1, text, list) : vasprintf(&result, text, list);
  va_end(list);
  return length < 0 ? NULL : result;
}

static int chosen(const struct dirent *entry) { return entry->d_name[0] == 'f'; }
static int chosen64(const struct dirent64 *entry) { return entry->d_name[0] == 'f'; }

static void release(struct dirent **list, int count) {
  for (int i = 0; i < count; i++)
    free(list[i]);
  free(list);
}

// CHECK-NOT: {{ alloc | free }}
static void heap(void) {
  void *p;
  // CHECK: alloc {{.*}} size=11 {{.*}} callee=malloc
  // CHECK-NEXT: free {{.*}} callee=free
  free(seen(malloc(11)));
  // CHECK-NEXT: alloc {{.*}} size=12 {{.*}} callee=calloc
  // CHECK-NEXT: free
  free(seen(calloc(3, 4)));
  // CHECK-NEXT: alloc {{.*}} size=13 {{.*}} callee=realloc
  // CHECK-NEXT: free {{.*}} callee=realloc {{.*}} realloc
  // CHECK-NEXT: alloc {{.*}} size=1300 {{.*}} callee=realloc {{.*}} realloc
  // CHECK-NEXT: free
  free(seen(realloc(seen(realloc(nothing, 13)), 1300)));
  // CHECK-NEXT: alloc {{.*}} size=15 {{.*}} callee=reallocarray
  // CHECK-NEXT: free
  free(seen(reallocarray(NULL, 3, 5)));
  // CHECK-NEXT: alloc {{.*}} size=128 {{.*}} callee=aligned_alloc {{.*}} align=64
  // CHECK-NEXT: free
  free(seen(aligned_alloc(64, 128)));
  // CHECK-NEXT: alloc {{.*}} size=17 {{.*}} callee=memalign {{.*}} align=256
  // CHECK-NEXT: free
  free(seen(memalign(256, 17)));
  // CHECK-NEXT: alloc {{.*}} size=18 {{.*}} callee=posix_memalign {{.*}} align=4096
  // CHECK-NEXT: free
  if (posix_memalign(&p, 4096, 18) == 0)
    free(p);
  // CHECK-NEXT: alloc {{.*}} size=19 {{.*}} callee=valloc
  // CHECK-NEXT: free
  free(seen(valloc(19)));
  // CHECK-NEXT: alloc {{.*}} size=20 {{.*}} callee=pvalloc
  // CHECK-NEXT: free
  free(seen(pvalloc(20)));
  // CHECK-NEXT: alloc {{.*}} size=21 {{.*}} callee=malloc
  // CHECK-NEXT: free {{.*}} callee=free_sized
  free_sized(seen(malloc(21)), 21);
  // CHECK-NEXT: alloc {{.*}} size=64 {{.*}} callee=aligned_alloc
  // CHECK-NEXT: free {{.*}} callee=free_aligned_sized
  free_aligned_sized(seen(aligned_alloc(32, 64)), 32, 64);
  // CHECK-NEXT: alloc {{.*}} size=22
  // CHECK-NEXT: free {{.*}} callee=cfree
  cfree(seen(malloc(22)));
}

static void texts(void) {
  char *text, buffer[4096];
  int home = open(".", O_RDONLY | O_DIRECTORY);
  if (home < 0 || chdir("/") != 0)
    abort();
  wchar_t *wide;
  size_t size = 0;
  // CHECK-NEXT: alloc {{.*}} size=6 {{.*}} callee=strdup
  // CHECK-NEXT: free
  free(seen(strdup("seven")));
  // CHECK-NEXT: alloc {{.*}} size=4 {{.*}} callee=strndup
  // CHECK-NEXT: free
  free(seen(strndup("seven", 3)));
  // CHECK-NEXT: alloc {{.*}} size=6 {{.*}} callee=strdup
  // CHECK-NEXT: free
  free(seen(__strdup("seven")));
  // CHECK-NEXT: alloc {{.*}} size=4 {{.*}} callee=strndup
  // CHECK-NEXT: free
  free(seen(__strndup("seven", 3)));
  // CHECK-NEXT: alloc {{.*}} size=24 {{.*}} callee=wcsdup
  // CHECK-NEXT: free
  free(seen(wcsdup(L"seven")));
  // CHECK-NEXT: alloc {{.*}} size=5 {{.*}} callee=asprintf
  // CHECK-NEXT: free
  if (asprintf(&text, "%d", 1234) >= 0)
    free(text);
  // CHECK-NEXT: alloc {{.*}} size=6 {{.*}} callee=asprintf
  // CHECK-NEXT: free
  if (__asprintf_chk(&text, 1, "%d", 12345) >= 0)
    free(text);
  // CHECK-NEXT: alloc {{.*}} size=7 {{.*}} callee=vasprintf
  // CHECK-NEXT: free
  free(format("%d", 123456));
  // CHECK-NEXT: alloc {{.*}} size=8 {{.*}} callee=vasprintf
  // CHECK-NEXT: free
  free(format("!%d", 123456));
  // CHECK-NEXT: alloc {{.*}} size=5 {{.*}} callee=realpath
  // CHECK-NEXT: free
  free(realpath("/usr/.", NULL));
  // A buffer of the caller's is no allocation.
  if (realpath("/usr", buffer) != buffer || getcwd(buffer, sizeof buffer) != buffer)
    abort();
  // CHECK-NEXT: alloc {{.*}} size=5 {{.*}} callee=realpath
  // CHECK-NEXT: free
  free(__realpath_chk("/usr/.", NULL, (size_t)-1));
  // CHECK-NEXT: alloc {{.*}} size=5 {{.*}} callee=canonicalize_file_name
  // CHECK-NEXT: free
  free(canonicalize_file_name("/usr/."));
  // CHECK-NEXT: alloc {{.*}} size=2 {{.*}} callee=getcwd
  // CHECK-NEXT: free
  free(getcwd(NULL, 0));
  // CHECK-NEXT: alloc {{.*}} size=100 {{.*}} callee=getcwd
  // CHECK-NEXT: free
  free(__getcwd_chk(NULL, 100, (size_t)-1));
  // CHECK-NEXT: alloc {{.*}} size=2 {{.*}} callee=get_current_dir_name
  // CHECK-NEXT: free
  free(get_current_dir_name());
  // CHECK-NEXT: alloc {{.*}} size={{[0-9]+}} {{.*}} callee=tempnam
  // CHECK-NEXT: free
  free(tempnam("/", "x"));
  // CHECK-NEXT: alloc {{.*}} size=4 {{.*}} callee=open_memstream
  // CHECK-NEXT: free
  FILE *stream = open_memstream(&text, &size);
  fputs("abc", stream);
  fclose(stream);
  free(text);
  // CHECK-NEXT: alloc {{.*}} size=16 {{.*}} callee=open_wmemstream
  // CHECK-NEXT: free
  stream = open_wmemstream(&wide, &size);
  fputws(L"abc", stream);
  fclose(stream);
  free(wide);
  if (fchdir(home) != 0)
    abort();
  close(home);
}

// The buffer is allocated once, and moved when a line is longer; reading into it alone is nothing.
static void lines(FILE *file) {
  char *line = NULL;
  size_t capacity = 0;
  // CHECK-NEXT: alloc {{.*}} size=120 {{.*}} callee={{getline|getdelim}}
  // CHECK-NEXT: free {{.*}} callee={{getline|getdelim}} {{.*}} realloc
  // CHECK-NEXT: alloc {{.*}} size={{[0-9]+}} {{.*}} callee={{getline|getdelim}} {{.*}} realloc
  while (getline(&line, &capacity, file) > 0)
    continue;
  rewind(file);
  // CHECK-NEXT: free {{.*}} callee=getdelim {{.*}} realloc
  // CHECK-NEXT: alloc {{.*}} callee=getdelim {{.*}} realloc
  while (getdelim(&line, &capacity, 0, file) > 0)
    continue;
  // CHECK-NEXT: free {{.*}} callee=free
  free(line);
  line = NULL;
  rewind(file);
  // CHECK-NEXT: alloc {{.*}} size=120 {{.*}} callee=getdelim
  // CHECK-NEXT: free {{.*}} callee=free
  if (__getdelim(&line, &capacity, 'a', file) > 0)
    free(line);
}

// The list and each entry of it: two names of two bytes.
static void directories(void) {
  struct dirent **list;
  struct dirent64 **list64;
  // CHECK-NEXT: alloc {{.*}} size=16 {{.*}} callee=scandir
  // CHECK-NEXT: alloc {{.*}} size=22 {{.*}} callee=scandir
  // CHECK-NEXT: alloc {{.*}} size=22 {{.*}} callee=scandir
  // CHECK-COUNT-3: free {{.*}} callee=free
  int count = scandir("list", &list, chosen, alphasort);
  release(list, count);
  // CHECK-NEXT: alloc {{.*}} size=16 {{.*}} callee=scandir64
  // CHECK-COUNT-2: alloc {{.*}} size=22 {{.*}} callee=scandir64
  // CHECK-COUNT-3: free {{.*}} callee=free
  count = scandir64("list", &list64, chosen64, alphasort64);
  release((struct dirent **)list64, count);
  // CHECK-NEXT: alloc {{.*}} size=16 {{.*}} callee=scandirat
  // CHECK-COUNT-2: alloc {{.*}} size=22 {{.*}} callee=scandirat
  // CHECK-COUNT-3: free {{.*}} callee=free
  count = scandirat(AT_FDCWD, "list", &list, chosen, alphasort);
  release(list, count);
  // CHECK-NEXT: alloc {{.*}} size=16 {{.*}} callee=scandirat64
  // CHECK-COUNT-2: alloc {{.*}} size=22 {{.*}} callee=scandirat64
  // CHECK-COUNT-3: free {{.*}} callee=free
  count = scandirat64(AT_FDCWD, "list", &list64, chosen64, alphasort64);
  release((struct dirent **)list64, count);
}

static void mappings(void) {
  const int kind = MAP_PRIVATE | MAP_ANONYMOUS, access = PROT_READ | PROT_WRITE;
  size_t page = (size_t)sysconf(_SC_PAGESIZE);
  // CHECK-NEXT: alloc addr=[[MAP:0x[0-9a-f]+]] size=5000 {{.*}} callee=mmap{{(64)?}}
  // CHECK-NEXT: free addr=[[MAP]] {{.*}} callee=munmap
  munmap(mmap(NULL, 5000, access, kind, -1, 0), 5000);
  // CHECK-NEXT: alloc {{.*}} size=6000 {{.*}} callee=mmap64
  // CHECK-NEXT: free {{.*}} callee=mremap {{.*}} realloc
  // CHECK-NEXT: alloc {{.*}} size=900000 {{.*}} callee=mremap {{.*}} realloc
  // CHECK-NEXT: free {{.*}} callee=munmap
  munmap(mremap(mmap64(NULL, 6000, access, kind, -1, 0), 6000, 900000, MREMAP_MAYMOVE), 900000);
  // Nothing can be in address space that is merely reserved.
  char *place = mmap(NULL, 16 * page, PROT_NONE, kind | MAP_NORESERVE, -1, 0);
  // A hole makes two of one, and each can end for itself; another mapping ends what it takes the place of.
  // CHECK-NEXT: alloc addr=[[WHOLE:0x[0-9a-f]+]] size={{[0-9]+}} {{.*}} callee=mmap{{(64)?}}
  // CHECK-NEXT: free addr=[[WHOLE]] {{.*}} callee=munmap {{.*}} realloc
  // CHECK-NEXT: alloc addr=[[WHOLE]] {{.*}} callee=munmap {{.*}} realloc
  // CHECK-NEXT: alloc addr=[[REST:0x[0-9a-f]+]] {{.*}} callee=munmap
  char *whole = mmap(place, 8 * page, access, kind | MAP_FIXED, -1, 0);
  munmap(whole + 2 * page, page);
  // CHECK-NEXT: free addr=[[WHOLE]] {{.*}} callee=mmap
  // CHECK-NEXT: alloc addr=[[WHOLE]] {{.*}} callee=mmap
  if (mmap(whole, 2 * page, access, kind | MAP_FIXED, -1, 0) != whole)
    abort();
  // CHECK-NEXT: free addr=[[REST]] {{.*}} callee=mremap {{.*}} realloc
  // CHECK-NEXT: alloc addr=[[MOVED:0x[0-9a-f]+]] {{.*}} callee=mremap {{.*}} realloc
  char *moved = mremap(whole + 3 * page, 5 * page, 5 * page, MREMAP_MAYMOVE | MREMAP_FIXED, whole + 8 * page);
  if (moved != whole + 8 * page)
    abort();
  // CHECK-NEXT: free addr=[[WHOLE]] {{.*}} callee=munmap
  // CHECK-NEXT: free addr=[[MOVED]] {{.*}} callee=munmap
  munmap(whole, 13 * page);
}
// CHECK-NOT: {{ alloc | free }}

MEMSCOPE_TRACK static void run(FILE *file) {
  heap();
  texts();
  lines(file);
  directories();
  mappings();
}

static void make_file(const char *name, const char *text) {
  FILE *file = fopen(name, "w");
  fputs(text, file);
  fclose(file);
}

int main(void) {
  char text[400];
  mkdir("list", 0700);
  make_file("list/f1", "");
  make_file("list/f2", "");
  make_file("list/other", "");
  memset(text, 'x', sizeof text);
  memcpy(text, "a short line\n", 13);
  text[sizeof text - 1] = 0;
  make_file("lines", text);
  FILE *file = fopen("lines", "r");
  run(file);
  fclose(file);
  return 0;
}
#endif
