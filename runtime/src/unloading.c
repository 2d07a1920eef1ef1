/* SPDX-License-Identifier: Apache-2.0
 *
 * unloading.c: the program's dlclose leads here first, as everybody's does that is linked after libmemscope. Another
 * library can come to stand where one was unloaded, and what threads remember of the code there, its unwind rules,
 * would give wrong frames until the collector's next look at the loader's list.
 *
 * Before: a library that nobody has listed yet gets its place in the list, so that it can be missed. After: it is
 * missed, and the generation rises before dlclose returns, so before another library can be loaded by whoever waits for
 * that.
 *
 * Cost: two walks over the list of modules, 25 us each where there are 155, once a run has begun.
 *
 * Not in the static library: there is no next dlclose. What libc closes for itself does not come by.
 */
#define _GNU_SOURCE
#include <dlfcn.h>

#include "memscope/abi.h"
#include "modules.h"
#include "run.h"

int __memscope_preload_dlclose(void *library, int (*real)(void *)) {
  if (!ms_run_writable())
    return real(library);
  ms_modules_refresh();
  int result = real(library);
  ms_modules_refresh();
  return result;
}

__attribute__((visibility("default"))) int dlclose(void *library) {
  return __memscope_preload_dlclose(library, (int (*)(void *))dlsym(RTLD_NEXT, "dlclose"));
}
