// Without the plugin, with any compiler, memscope_track_* record what they are told, with the caller's stack or a given
// one; each misuse has its error code.
// RUN: rm -rf %t.dir && mkdir -p %t.dir && cd %t.dir
// RUN: %gcc_plain -g -O2 -Wall -Wextra -Werror -I%include %s -o program %link_memscope && ./program
// RUN: %memscope dump --stacks run | %filecheck %s
#include <memscope/memscope.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void expect(int line, int got, int wanted) {
  if (got != wanted) {
    printf("line %d: %d (%s), expected %d\n", line, got, memscope_strerror(got), wanted);
    exit(1);
  }
}
#define EXPECT(call, wanted) expect(__LINE__, call, wanted)

static char pool[1000];

int main(void) {
  memscope_sampling_config bad = memscope_sampling_config_default();
  bad.allocation_sampling_rate = 2;
  EXPECT(memscope_track_allocation(pool, 1, NULL, 0), MEMSCOPE_E_NO_TRACKER);
  EXPECT(memscope_finalize_thread_tracker(), MEMSCOPE_E_NO_TRACKER);
  EXPECT(memscope_init_thread_tracker(NULL, NULL), MEMSCOPE_E_INVALID);
  EXPECT(memscope_init_thread_tracker("", NULL), MEMSCOPE_E_INVALID);
  EXPECT(memscope_init_thread_tracker("run", &bad), MEMSCOPE_E_INVALID);
  EXPECT(memscope_init_thread_tracker("/proc/no/such", NULL), MEMSCOPE_E_DIRECTORY);
  EXPECT(memscope_init_thread_tracker("run", NULL), MEMSCOPE_OK);
  EXPECT(memscope_init_thread_tracker("run", NULL), MEMSCOPE_E_INITIALISED);
  EXPECT(memscope_is_tracking(), 1);

  EXPECT(memscope_track_allocation(NULL, 1, NULL, 0), MEMSCOPE_E_INVALID);
  EXPECT(memscope_track_allocation(pool, 100, NULL, 0), MEMSCOPE_OK);
  const void *stack[2] = {(const void *)0x1234, (const void *)0x5678};
  EXPECT(memscope_track_allocation(pool + 101, 7, stack, 2), MEMSCOPE_OK);
  stack[0] = stack[1] = NULL; // it was copied
  EXPECT(memscope_track_deallocation(pool, NULL, 0), MEMSCOPE_OK);
  EXPECT(memscope_finalize_thread_tracker(), MEMSCOPE_OK);
  EXPECT(memscope_is_tracking(), 0);
  EXPECT(memscope_track_allocation(pool, 1, NULL, 0), MEMSCOPE_E_NO_TRACKER);
  if (strcmp(memscope_strerror(MEMSCOPE_E_BUSY), memscope_strerror(-1000)) == 0)
    return 1;
  return 0;
}
// CHECK: stack id=1
// CHECK: main at {{.*}}api-by-hand.c:35
// CHECK: stack id=2 {{.*}} frames=2
// CHECK-NEXT: 0x1234
// CHECK-NEXT: 0x5678
// CHECK: alloc addr=[[A:0x[0-9a-f]+]] size=100 stack=1
// CHECK: alloc {{.*}} size=7 stack=2
// CHECK: free addr=[[A]]
// CHECK: total allocations=2 deallocations=1
