/* SPDX-License-Identifier: Apache-2.0
 *
 * os_linux.h: what the two halves of the Linux layer share.
 */
#ifndef MS_OS_LINUX_H
#define MS_OS_LINUX_H

#include <errno.h>

/** Puts errno back at the end of the block: the program must not see ours. */
#define KEEP_ERRNO __attribute__((cleanup(ms_os_restore_errno), unused)) int saved_errno = errno

static inline void ms_os_restore_errno(int *saved) { errno = *saved; }

#endif
