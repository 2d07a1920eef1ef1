/* SPDX-License-Identifier: Apache-2.0
 *
 * unseen.h: hides from ThreadSanitizer what the runtime does in a thread of the program. It watches calls of the C
 * library, the runtime's as well, but not the runtime's atomic operations. So it would report as a race what is
 * published properly, and it would take the runtime's locks for an order between the program's threads, behind which
 * the program's own races hide. Its functions are there in a program that is built with it, and nowhere else.
 *
 * Not where a thread ends: in the last round of its destructors ThreadSanitizer has let go of it, and its functions
 * would crash, as code that it has instrumented would.
 */
#ifndef MS_UNSEEN_H
#define MS_UNSEEN_H

#include "local.h"

#define MS_UNSEEN_FUNCTION(name) __attribute__((weak)) void name(const char *file, int line)

MS_UNSEEN_FUNCTION(AnnotateIgnoreReadsBegin);
MS_UNSEEN_FUNCTION(AnnotateIgnoreReadsEnd);
MS_UNSEEN_FUNCTION(AnnotateIgnoreWritesBegin);
MS_UNSEEN_FUNCTION(AnnotateIgnoreWritesEnd);
MS_UNSEEN_FUNCTION(AnnotateIgnoreSyncBegin);
MS_UNSEEN_FUNCTION(AnnotateIgnoreSyncEnd);

static inline void ms_unseen_begin(void) {
  if (!AnnotateIgnoreSyncBegin || ms_local.leaving)
    return;
  AnnotateIgnoreReadsBegin(__FILE__, __LINE__);
  AnnotateIgnoreWritesBegin(__FILE__, __LINE__);
  AnnotateIgnoreSyncBegin(__FILE__, __LINE__);
}

static inline void ms_unseen_end(void) {
  if (!AnnotateIgnoreSyncEnd || ms_local.leaving)
    return;
  AnnotateIgnoreSyncEnd(__FILE__, __LINE__);
  AnnotateIgnoreWritesEnd(__FILE__, __LINE__);
  AnnotateIgnoreReadsEnd(__FILE__, __LINE__);
}

#endif
