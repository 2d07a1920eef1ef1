/* SPDX-License-Identifier: Apache-2.0
 *
 * custom_entry.c: the hooks around calls of the program's own allocators. They stand in the callers that know the
 * annotation, and in the allocator itself for everyone else; the inner ones see that they are inside and do nothing.
 *
 * Cost in an untracked thread: two loads and a store before the call, a load and a store behind it; for a release the
 * shadow test of tracked_blocks.h on top.
 */
#include "custom_entry.h"

#include "calling.h"
#include "memscope/abi.h"
#include "recorder.h"
#include "tracked_blocks.h"

#define ORIGIN(site_of) ((struct ms_origin){.site = (site_of), .family = MS_FAMILY_CUSTOM, .frame = MS_CALLER_FRAME()})

/* What the call under way is about. Thread-local like the mark that it belongs to. */
static _Thread_local struct {
  struct ms_realloc change; /* of the outermost realloc; a pending one has old_tracked set */
  void *released;           /* the block last released: the allocator's own hook tells it again */
} under_way __attribute__((tls_model("initial-exec")));

/* A frame can begin two such calls, one inside the other, when a function is inlined: the second is inside. */
void *__memscope_call_begin(void *frame) {
  struct ms_local *local = &ms_local;
  if (ms_calling_is_inside(local, (uintptr_t)frame))
    return (void *)local->calling;
  local->calling = (uintptr_t)frame;
  return NULL;
}

void __memscope_call_end(void *token) { ms_local.calling = (uintptr_t)token; }

/* An allocator may release other blocks while it releases, or gives out, one: those are events, too. */
void __memscope_custom_free(void *block, void *token, struct __memscope_site *site) {
  if (token && block == under_way.released)
    return;
  under_way.released = block;
  if (ms_unlikely(ms_tracked_blocks_test((uintptr_t)block)))
    (void)ms_record_free(&ORIGIN(site), (uintptr_t)block);
}

void __memscope_custom_alloc(void *block, size_t size, size_t alignment, void *token, struct __memscope_site *site) {
  __memscope_call_end(token);
  if (block == under_way.released)
    under_way.released = NULL;
  if (block && ms_calling_records(&ms_local))
    (void)ms_record_allocation(&ORIGIN(site), (uintptr_t)block, size, alignment);
}

void __memscope_custom_realloc_begin(void *old, void *token) {
  if (!token)
    ms_record_realloc_begin(&under_way.change, (uintptr_t)old, MS_FAMILY_CUSTOM);
}

void __memscope_custom_realloc(void *block, size_t size, void *token, struct __memscope_site *site) {
  __memscope_call_end(token);
  struct ms_realloc *change = &under_way.change;
  if (!token && (change->old_tracked || ms_calling_records(&ms_local)))
    ms_record_realloc_end(change, &ORIGIN(site), (uintptr_t)block, size, !block && change->old_address && size == 0);
  if (!token)
    change->old_tracked = false;
}

void ms_custom_call_left(void) {
  struct ms_realloc *change = &under_way.change;
  if (change->old_tracked)
    ms_record_realloc_end(change, NULL, 0, 0, false);
  change->old_tracked = false;
}
