// What the runtime maps and obtains for itself is neither recorded nor counted as lost, while threads come and go and libraries too.
// UNSUPPORTED: emulated
// RUN: %gcc_plain -O1 -fno-builtin -pthread %s -o %t.exe -ldl
// RUN: rm -rf %t.d && %memscope run --all --out %t.d %t.exe
// RUN: %memscope export %t.d --prefix x > %t.out
// RUN: %python -c "import json, sys; d = json.load(open(sys.argv[1]))['summary']; print('dropped', d['dropped_events'])" %t.d/x_comprehensive.json | %filecheck %s
// RUN: %memscope dump --stacks %t.d > %t.txt && grep -c ' alloc ' %t.txt && %not grep -E 'ms_[a-z]|libmemscope' %t.txt
// CHECK: dropped 0
#include <dlfcn.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

static void *work(void *unused) {
  for (size_t i = 1; i < 200; i++)
    free(memset(malloc(i * 1000), 1, i * 1000));
  return unused;
}

int main(void) {
  for (int i = 0; i < 20; i++) {
    pthread_t thread;
    pthread_create(&thread, NULL, work, NULL);
    pthread_join(thread, NULL);
    void *library = dlopen("libm.so.6", RTLD_NOW);
    if (library)
      dlclose(library);
  }
}
