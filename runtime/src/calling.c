/* SPDX-License-Identifier: Apache-2.0
 *
 * calling.c: tells a part of the call under way from what a signal handler does meanwhile. Off the ordinary path: most
 * allocators are not instrumented.
 */
#include "calling.h"

#include "call_stack.h"
#include "epoch.h"
#include "thread_state.h"

/* The answer is remembered for a few places: an operator new of the program calls malloc from one, new[] new from
 * another. */
static bool is_interrupted(struct ms_thread *thread, struct ms_frame from, uintptr_t calling) {
  struct ms_inside *inside = &thread->inside[(from.pc ^ from.pc >> 4) % MS_INSIDE];
  if (from.pc == inside->pc && calling - from.sp == inside->distance)
    return false;
  if (ms_call_stack_leads_through_signal(&thread->walker, from, calling))
    return true;
  *inside = (struct ms_inside){from.pc, calling - from.sp};
  return false;
}

void ms_calling_note_inside(struct ms_local *local, struct ms_frame from) {
  struct ms_thread *thread = local->thread;
  if (!thread || ms_fork_unnoticed()) /* without a state there is no walker; and a parent's is not ours */
    return;
  if (!ms_local_enter(local)) {
    if (local->own_calls == 0)
      ms_thread_drop(thread, MS_DROP_REENTERED);
    return;
  }
  if (is_interrupted(thread, from, local->calling))
    ms_thread_drop(thread, MS_DROP_REENTERED);
  ms_local_leave(local);
}
