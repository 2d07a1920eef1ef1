/* SPDX-License-Identifier: Apache-2.0
 *
 * os_linux.h: what the two halves of the Linux layer share.
 */
#ifndef MS_OS_LINUX_H
#define MS_OS_LINUX_H

#include <errno.h>
#include <stdbool.h>

/** Whether what the thread opens takes no number from the program. */
extern __attribute__((visibility("hidden"))) _Thread_local bool ms_os_own_descriptors
    __attribute__((tls_model("initial-exec")));

/** Puts errno back at the end of the block: the program must not see ours. */
#define KEEP_ERRNO __attribute__((cleanup(ms_os_restore_errno), unused)) int saved_errno = errno

static inline void ms_os_restore_errno(int *saved) { errno = *saved; }

#endif
