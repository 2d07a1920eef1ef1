/* SPDX-License-Identifier: Apache-2.0
 *
 * refuse_shared_maps.c: a file system without shared mappings, preloaded.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

void *mmap(void *address, size_t bytes, int protection, int flags, int file, off_t offset) {
  if ((flags & MAP_SHARED) && (protection & PROT_WRITE) && file >= 0) {
    errno = ENODEV;
    return MAP_FAILED;
  }
  return (void *)syscall(SYS_mmap, address, bytes, protection, flags, file, offset);
}
