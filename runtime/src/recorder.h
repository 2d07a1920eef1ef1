/* SPDX-License-Identifier: Apache-2.0
 *
 * recorder.h: an event of the program becomes records of its thread: guard, sampling, stack, clock, bytes, shadow. The
 * hooks of entry.c and the calls of api.c come together here.
 *
 * Thread: any, for itself. errno is kept. Cost of the ordinary path: no lock, no allocation, no system call; one clock
 * read, the verification of the stack, some twenty stores: about 150 instructions for an allocation of seven frames and
 * 100 for a free. Guarded by bench/ (short, deep, mixed, sizes).
 */
#ifndef MS_RECORDER_H
#define MS_RECORDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "call_stack.h"
#include "memscope/abi.h"
#include "memscope/trace_format.h"
#include "tracked_blocks.h"

/** Where an event happened. */
struct ms_origin {
  struct __memscope_site *site; /* NULL: none, recorded through the API */
  enum ms_family family;        /* of the site */
  uint8_t route;                /* MS_STACK_ROUTE_API or 0 */
  struct ms_frame frame;        /* innermost frame to walk from; unused with `given` */
  double weight;                /* it is recorded and weighs this much; 0: as the sampler says */
  const void *const *given;     /* a stack handed over by the caller, innermost first, or NULL */
  size_t given_depth;
};

/** Records that the calling thread obtained `address`. Precondition: it is tracked.
 *  @param alignment as asked for, 0 where not. @return false when the runtime was at work already; then it is counted
 * as dropped. */
bool ms_record_allocation(const struct ms_origin *origin, uintptr_t address, size_t size, size_t alignment);

/** Records that the calling thread, tracked or not, is about to release a tracked block. Forgets the block. Mappings
 *  are remembered and forgotten by mappings.c. */
bool ms_record_free(const struct ms_origin *origin, uintptr_t address);

/* The ordinary case of the two above: a block of the heap, no alignment asked for, a rewritten call. */

/** Records `block` unless it is NULL, and returns it. One function a family. Precondition: the thread is tracked. */
void *ms_record_malloc(void *block, size_t size, struct __memscope_site *site, uintptr_t pc, uintptr_t sp,
                       uintptr_t fp);
void *ms_record_new(void *block, size_t size, struct __memscope_site *site, uintptr_t pc, uintptr_t sp, uintptr_t fp);
void *ms_record_new_array(void *block, size_t size, struct __memscope_site *site, uintptr_t pc, uintptr_t sp,
                          uintptr_t fp);

/** Records the release of a block, given its shadow byte, which is not 0. */
void ms_record_malloc_free(void *block, struct __memscope_site *site, uintptr_t pc, uintptr_t sp, uintptr_t fp,
                           ms_shadow_byte *shadow);
void ms_record_new_free(void *block, struct __memscope_site *site, uintptr_t pc, uintptr_t sp, uintptr_t fp,
                        ms_shadow_byte *shadow);
void ms_record_new_array_free(void *block, struct __memscope_site *site, uintptr_t pc, uintptr_t sp, uintptr_t fp,
                              ms_shadow_byte *shadow);

/** Numbers the site of an event that will be recorded later, when its library may be gone. @return false when nothing
 * can be recorded. Precondition: the thread is tracked. */
bool ms_record_site(const struct ms_origin *origin);

/** A realloc under way. */
struct ms_realloc {
  uint64_t begin_ticks;
  uintptr_t old_address;
  bool old_tracked;
  enum ms_family family; /* of the function that is called */
};

/** Before the real call: stamps it and forgets the old block, which may belong to another thread right after the call.
 */
void ms_record_realloc_begin(struct ms_realloc *change, uintptr_t old_address, enum ms_family family);
/** The same for a mapping, which mappings.c has found and forgotten already. */
void ms_record_remap_begin(struct ms_realloc *change, uintptr_t old_address);
/** After the real call. `address` 0: it failed, and the old block lives on, unless `released` says that it was freed.
 */
void ms_record_realloc_end(const struct ms_realloc *change, const struct ms_origin *origin, uintptr_t address,
                           size_t size, bool released);

#endif
