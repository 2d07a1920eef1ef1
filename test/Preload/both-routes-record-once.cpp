// In an instrumented program that is run by `memscope run` a block is recorded once, by the call that the compiler saw or else by the preloaded library, which also sees what prebuilt libraries allocate for tracked threads, and for no others.
// UNSUPPORTED: emulated
// RUN: %clangxx_memscope -O0 %s -o %t.exe %link_memscope
// RUN: rm -rf %t.d && %memscope run --out %t.d %t.exe
// RUN: %memscope dump %t.d > %t.txt
// RUN: %python %S/Inputs/no_block_twice.py %t.txt
// RUN: %filecheck %s --input-file %t.txt
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <dirent.h>
#include <string>
#include <thread>

static char line_of_text[] = "a line that is long enough to be worth a block of its own, and longer than any short string\n";

__attribute__((noinline, annotate("memscope_track"))) static void tracked() {
  free(malloc(1001));
  // CHECK: alloc {{.*}} size=1001 {{.*}}callee=malloc function=tracked() at {{.*}}[[@LINE-1]]
  // CHECK-NEXT: free {{.*}}callee=free function=tracked()
  delete[] new char[1003];
  // CHECK-NEXT: alloc {{.*}} size=1003 {{.*}}callee=operator new[] function=tracked()
  // CHECK-NEXT: free {{.*}}callee=operator delete[] function=tracked()
  free(strdup(line_of_text));
  // CHECK-NEXT: alloc {{.*}} size=93 {{.*}}callee=strdup function=tracked()
  // CHECK-NEXT: free {{.*}}callee=free function=tracked()
  char *text = nullptr;
  if (asprintf(&text, "%1004d", 1) < 0)
    abort();
  free(text);
  // CHECK-NEXT: alloc {{.*}} size=1005 {{.*}}callee=asprintf function=tracked()
  // CHECK-NEXT: free {{.*}}callee=free function=tracked()
  text = static_cast<char *>(realloc(nullptr, 1006));
  text = static_cast<char *>(realloc(text, 200000));
  free(text);
  // CHECK-NEXT: alloc {{.*}} size=1006 {{.*}}callee=realloc function=tracked()
  // CHECK-NEXT: free {{.*}}callee=realloc function=tracked() {{.*}}realloc
  // CHECK-NEXT: alloc {{.*}} size=200000 {{.*}}callee=realloc function=tracked() {{.*}}realloc
  // CHECK-NEXT: free {{.*}}callee=free function=tracked()
  std::string grown(1007, 'x'); // by code in libstdc++
  grown.append(5000, 'y');
  // CHECK-NEXT: alloc {{.*}} size=1008 {{.*}}callee=operator new route=preload
  // CHECK-NEXT: alloc {{.*}} size=6008 {{.*}}callee=operator new route=preload
  // CHECK-NEXT: free {{.*}}callee=operator delete route=preload
  FILE *file = fopen("/proc/self/stat", "r"); // its buffer comes with the first read
  fclose(file);
  // CHECK: alloc {{.*}}callee=malloc route=preload
  // CHECK: free {{.*}}callee=free route=preload
  char *buffer = nullptr;
  size_t size = 0;
  FILE *stream = open_memstream(&buffer, &size);
  for (int i = 0; i < 300; i++)
    fputs(line_of_text, stream);
  fclose(stream);
  free(buffer);
  // CHECK: callee=free function=tracked()
  struct dirent **entries = nullptr;
  int count = scandir("/", &entries, nullptr, alphasort);
  for (int i = 0; i < count; i++)
    free(entries[i]);
  free(entries);
  char *read = nullptr;
  FILE *self = fopen("/proc/self/maps", "r");
  size_t room = 0;
  while (getline(&read, &room, self) > 0)
    ;
  fclose(self);
  free(read);
}
// CHECK: total allocations=

int main() {
  std::string other(5000, 'z');
  tracked();
  std::thread([] { std::string(5001, 'a').append(20000, 'b'); }).join();
}
// CHECK-NOT: size=500{{[01]}}
