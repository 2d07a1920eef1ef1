/* SPDX-License-Identifier: Apache-2.0
 *
 * refuse_zstd.c: a system without libzstd, preloaded: dlopen says of it what the loader says of a library that is not
 * there.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <string.h>

void *dlopen(const char *name, int flags) {
  void *(*real)(const char *, int) = (void *(*)(const char *, int))dlsym(RTLD_NEXT, "dlopen");
  return real(name && strstr(name, "libzstd") ? "libzstd-that-is-not-there.so.1" : name, flags);
}
