// An annotation that there is not, that contradicts another one, or that can do nothing where it stands is a warning at its line.
// RUN: %clang_memscope -O1 -S -emit-llvm %s -o %t.ll 2> %t.err
// RUN: %filecheck %s < %t.err
// RUN: %filecheck --check-prefix=IR %s < %t.ll
#include <memscope/annotations.h>
#include <pthread.h>

void use(void *);

// CHECK-DAG: annotation-without-effect-is-a-warning.c:[[#@LINE+1]]:{{[0-9]+}}: warning: memscope_trak: no such annotation; there are memscope_track, memscope_ignore, memscope_alloc, memscope_free and memscope_realloc
__attribute__((annotate("memscope_trak"))) void misspelt(void) {}

// Others' annotations are none of ours.
__attribute__((annotate("memscope"))) __attribute__((annotate("tracked"))) void foreign(void) {}

// CHECK-DAG: :[[#@LINE+1]]:{{[0-9]+}}: warning: memscope_ignore: unknown parameter 'name'; it has none
__attribute__((annotate("memscope_ignore,name=quiet"))) void named(void) {}

// CHECK-DAG: :[[#@LINE+1]]:{{[0-9]+}}: warning: memscope_track: the function is marked memscope_ignore as well, which counts
MEMSCOPE_IGNORE MEMSCOPE_TRACK void ignored_first(void) {}
// CHECK-DAG: :[[#@LINE+1]]:{{[0-9]+}}: warning: memscope_track: the function is marked memscope_ignore as well, which counts
MEMSCOPE_TRACK MEMSCOPE_IGNORE void tracked_first(void) {}

// CHECK-DAG: :[[#@LINE+1]]:{{[0-9]+}}: warning: memscope_ignore: has no effect on a variable
MEMSCOPE_IGNORE pthread_t global;

// CHECK-DAG: :[[#@LINE+1]]:{{[0-9]+}}: warning: memscope_track: unknown parameter 'colour'; known are name, sampling_rate and stack_depth
MEMSCOPE_TRACK_AS("colour=red,name=x") pthread_t marked;

// CHECK-DAG: :[[#@LINE+1]]:{{[0-9]+}}: warning: memscope_track has no effect on a naked function
MEMSCOPE_TRACK __attribute__((naked)) void naked(void) { __asm__("ret"); }

static void one(void) {}
// CHECK-DAG: :[[#@LINE+1]]:{{[0-9]+}}: warning: memscope_ignore has no effect on an ifunc resolver or what it calls, which runs before the program is linked
MEMSCOPE_IGNORE static void *resolve(void) { return (void *)one; }
void resolved(void) __attribute__((ifunc("resolve")));

void locals(void) {
  // CHECK-DAG: :[[#@LINE+1]]:{{[0-9]+}}: warning: memscope_free: has no effect on a variable
  pthread_t other __attribute__((annotate("memscope_free")));
  // CHECK-DAG: :[[#@LINE+1]]:{{[0-9]+}}: warning: memscope_track: stack_depth 'deep' is not a positive number of frames
  pthread_t thread MEMSCOPE_TRACK_AS("stack_depth=deep,name=t");
  // CHECK-DAG: :[[#@LINE+1]]:{{[0-9]+}}: warning: memscope_track has no effect on a variable whose address is given to no call
  int number MEMSCOPE_TRACK;
  use(&thread);
  use(&other);
}
// CHECK-DAG: 11 warnings generated

// IR-LABEL: define{{.*}} @ignored_first(
// IR: call {{.*}}@__memscope_scope_enter(
// IR-LABEL: define{{.*}} @locals(
// IR-COUNT-1: call {{.*}}@__memscope_thread_into(
// IR-NOT: call {{.*}}@__memscope_thread_into(
