/* SPDX-License-Identifier: Apache-2.0
 *
 * preloading.c: the hooks of libmemscope_preload.so.
 */
#include "preloading.h"

#include <stdlib.h>

#include "diagnostics.h"
#include "lifecycle.h"
#include "os.h"

bool ms_preloaded, ms_ends_late;
struct __memscope_site *ms_preloaded_map;
const void *ms_allocator = (const void *)(uintptr_t)malloc;

extern int __cxa_atexit(void (*function)(void *), void *argument, void *library);

static void at_exit(void *unused) {
  (void)unused;
  ms_lifecycle_end();
}

bool __memscope_preload_start(const void *allocator, const char *program, struct __memscope_site *map) {
  struct ms_local *local = &ms_local;
  if (local->own_calls > 0)
    return false;
  ms_lifecycle_prepare();
  if (program)
    ms_warn("%s has a malloc of its own: what goes through that may not be seen", program);
  ms_allocator = allocator;
  ms_preloaded_map = map;
  ms_preloaded = true;
  ms_os_map_past_preloaded();
  return true;
}

/* What is registered so early, and for no library, is called behind the destructors of all of them. Ours is one of the
 * first to run, since nothing needs the library. */
void __memscope_preload_loaded(void) {
  struct ms_local *local = &ms_local;
  ms_own_calls_begin(local);
  ms_ends_late = __cxa_atexit(at_exit, NULL, NULL) == 0;
  ms_own_calls_end(local);
}

int __memscope_preload_getattr(pthread_t thread, pthread_attr_t *attributes, int (*real)(pthread_t, pthread_attr_t *)) {
  struct ms_local *local = &ms_local;
  local->unborn++;
  int error = real(thread, attributes);
  local->unborn--;
  return error;
}
