/* SPDX-License-Identifier: Apache-2.0
 *
 * os_linux.h: what the two halves of the Linux layer share.
 */
#ifndef MS_OS_LINUX_H
#define MS_OS_LINUX_H

#include <errno.h>
#include <stdbool.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

/** Whether what the thread opens takes no number from the program. */
extern __attribute__((visibility("hidden"))) _Thread_local bool ms_os_own_descriptors
    __attribute__((tls_model("initial-exec")));

/** Puts errno back at the end of the block: the program must not see ours. */
#define KEEP_ERRNO __attribute__((cleanup(ms_os_restore_errno), unused)) int saved_errno = errno

static inline void ms_os_restore_errno(int *saved) { errno = *saved; }

/* Mappings by raw system calls: a preloaded mmap would take them for the program's. But where the library itself is
 * built with ThreadSanitizer, that has to see them. */
#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define MS_OS_SEEN_MAPPINGS
#endif
#endif
#if defined(MS_OS_SEEN_MAPPINGS)
#define sys_mmap(size, protection, flags, fd) mmap(NULL, size, protection, flags, fd, 0)
#define sys_munmap munmap
#define sys_mremap mremap
#else
#define sys_mmap(size, protection, flags, fd) ((void *)syscall(SYS_mmap, NULL, size, protection, flags, fd, (off_t)0))
#define sys_munmap(place, size) ((int)syscall(SYS_munmap, place, size))
#define sys_mremap(...) ((void *)syscall(SYS_mremap, __VA_ARGS__))
#endif

#endif
