/* SPDX-License-Identifier: Apache-2.0
 *
 * fibers.c: known stacks, sorted by address, and one that is known to have no open scopes. A stack may end with scopes
 * open, when its fiber is never resumed, and its memory may become another one's: a walk does not meet their frames any
 * more, and most often another return address stands where a scope's was.
 */
#include "fibers.h"

#include <string.h>

#include "os.h"
#include "scope.h"
#include "thread_state.h"

struct ms_fibers {
  struct ms_fiber **items; /* by address; disjoint */
  size_t capacity, count;
  struct ms_fiber *spare;
  uintptr_t low, high; /* a stack without open scopes */
};

static inline uintptr_t place_of(const struct ms_scope_entry *entry) { return entry->frame + 8; }

static inline bool on_own_stack(const struct ms_local *local, uintptr_t address) {
  return address - local->stack_low < local->stack_high - local->stack_low;
}

static bool on_signal_stack(uintptr_t address) {
  uintptr_t low, high;
  return ms_os_signal_stack(&low, &high) && address - low < high - low;
}

size_t ms_fibers_count(const struct ms_local *local) { return local->fibers->count; }

/* ---- the list ---- */

static size_t place_in_list(const struct ms_fibers *fibers, uintptr_t address) {
  size_t low = 0, high = fibers->count;
  while (low < high) {
    size_t middle = (low + high) / 2;
    if (fibers->items[middle]->high < address)
      low = middle + 1;
    else
      high = middle;
  }
  return low; /* the first that does not end below the address */
}

static struct ms_fiber *find(const struct ms_fibers *fibers, uintptr_t address) {
  size_t at = place_in_list(fibers, address);
  return at < fibers->count && fibers->items[at]->low <= address ? fibers->items[at] : NULL;
}

static struct ms_fibers *open_list(struct ms_local *local) {
  if (!local->fibers)
    local->fibers = ms_os_map(sizeof *local->fibers);
  return local->fibers;
}

static struct ms_fiber *add(struct ms_local *local, uintptr_t low, uintptr_t high, bool whole) {
  struct ms_fibers *fibers = open_list(local);
  if (!fibers || !ms_os_room((void **)&fibers->items, &fibers->capacity, sizeof(void *), fibers->count + 1))
    return NULL;
  struct ms_fiber *fiber = fibers->spare ? fibers->spare : ms_os_map(sizeof *fiber);
  fibers->spare = NULL;
  if (!fiber)
    return NULL;
  size_t at = place_in_list(fibers, low);
  memmove(fibers->items + at + 1, fibers->items + at, (fibers->count - at) * sizeof *fibers->items);
  fibers->items[at] = fiber;
  fibers->count++;
  fiber->low = low;
  fiber->high = high;
  fiber->whole = whole;
  fiber->count = 0;
  return fiber;
}

static void drop(struct ms_fibers *fibers, struct ms_fiber *fiber) {
  size_t at = place_in_list(fibers, fiber->high);
  fibers->count--;
  memmove(fibers->items + at, fibers->items + at + 1, (fibers->count - at) * sizeof *fibers->items);
  if (fibers->spare)
    ms_os_unmap(fiber, sizeof *fiber);
  else
    fibers->spare = fiber;
}

void ms_fibers_settle(struct ms_local *local) {
  struct ms_fibers *fibers = local->fibers;
  struct ms_fiber *fiber = local->fiber;
  if (!fiber || fiber->count > 0)
    return;
  if (fiber->whole) {
    fibers->low = fiber->low;
    fibers->high = fiber->high;
  }
  drop(fibers, fiber);
  local->fiber = NULL;
  if (fibers->count == 0 && !local->thread) /* nobody else would give it back */
    ms_fibers_end(local);
}

void ms_fibers_end(struct ms_local *local) {
  struct ms_fibers *fibers = local->fibers;
  local->fibers = NULL;
  local->fiber = NULL;
  if (!fibers)
    return;
  for (size_t i = 0; i < fibers->count; i++)
    ms_os_unmap(fibers->items[i], sizeof *fibers->items[i]);
  ms_os_unmap(fibers->spare, sizeof *fibers->spare);
  ms_os_unmap(fibers->items, fibers->capacity * sizeof *fibers->items);
  ms_os_unmap(fibers, sizeof *fibers);
}

/* ---- scopes that are over ---- */

void ms_fiber_note(struct ms_fiber *fiber) {
  uint32_t last = fiber->count - 1;
  fiber->returns[last] = *(const uintptr_t *)place_of(&fiber->scopes[last]); /* it is being called right now */
}

static bool still_stands(const struct ms_fiber *fiber) {
  uint32_t last = fiber->count - 1;
  uintptr_t now;
  return ms_os_read_memory(place_of(&fiber->scopes[last]), &now) && now == fiber->returns[last];
}

/* ---- which stack it is ---- */

struct search {
  const struct ms_local *local;
  uintptr_t first, last; /* places of return addresses, but for those on the signal stack */
  struct ms_fiber *met;
  bool own;
};

static bool look(uintptr_t place, void *context) {
  struct search *search = context;
  if (on_own_stack(search->local, place)) {
    search->own = search->first == 0;
    return false;
  }
  if (search->first == 0 && on_signal_stack(place))
    return true;
  search->first = search->first ? search->first : place;
  search->last = place;
  search->met = search->local->fibers ? find(search->local->fibers, place) : NULL;
  return !search->met || !search->met->whole;
}

/* What was taken for stacks of their own is part of this one: their scopes are inside of its. */
static void join(struct ms_local *local, struct ms_fiber *outer) {
  struct ms_fibers *fibers = local->fibers;
  for (size_t at = place_in_list(fibers, outer->high); at > 0 && fibers->items[at - 1]->high >= outer->low; at--) {
    struct ms_fiber *inner = fibers->items[at - 1];
    for (uint32_t i = 0; i < inner->count && outer->count < MS_SCOPES_MAX; i++, outer->count++) {
      outer->scopes[outer->count] = inner->scopes[i];
      outer->returns[outer->count] = inner->returns[i];
    }
    drop(fibers, inner);
  }
  ms_scope_nest(local, outer->scopes, outer->count);
}

/* A stack that a walk has gone through, to its beginning or to where it is known. */
static struct ms_fiber *take_walked(struct ms_local *local, uintptr_t at, const struct search *search, bool make) {
  struct ms_fibers *fibers = open_list(local);
  if (!fibers)
    return NULL;
  size_t place = place_in_list(fibers, search->last);
  struct ms_fiber *met = search->met;
  if (!met && place > 0 && fibers->items[place - 1]->high >= at)
    met = fibers->items[place - 1]; /* the outermost of those below */
  if (met) {
    met->low = at < met->low ? at : met->low;
    if (!met->whole)
      met->high = search->last;
    met->whole = true;
    join(local, met);
    return met;
  }
  if (make)
    return add(local, at, search->last, true);
  fibers->low = at;
  fibers->high = search->last;
  return NULL;
}

/* Without a walk: all that is known of the stack is this frame. */
static struct ms_fiber *take_unknown(struct ms_local *local, uintptr_t at, bool make) {
  return make ? add(local, at, at, false) : NULL;
}

static struct ms_fiber *take(struct ms_local *local, uintptr_t at, const struct ms_frame *from, bool make) {
  struct ms_fibers *fibers = local->fibers;
  struct ms_fiber *fiber = fibers ? find(fibers, at) : NULL;
  if (fiber)
    return fiber;
  if (fibers && at >= fibers->low && at <= fibers->high) {
    uintptr_t low = fibers->low, high = fibers->high;
    if (!make)
      return NULL;
    fibers->low = fibers->high = 0;
    return add(local, low, high, true);
  }
  if (!from || !local->thread)
    return take_unknown(local, at, make);
  struct search search = {.local = local};
  ms_call_stack_places(&local->thread->walker, *from, look, &search);
  if (search.own)
    return NULL;
  if (search.first == 0)
    return take_unknown(local, at, make);
  return take_walked(local, at < search.first && !on_signal_stack(at) ? at : search.first, &search, make);
}

/* A frame that the walk has come beyond, and has not met, is gone. */
static bool drop_passed(uintptr_t place, void *context) {
  struct ms_fiber *fiber = context;
  while (fiber->count > 0 && place_of(&fiber->scopes[fiber->count - 1]) < place)
    fiber->count--;
  return fiber->count > 0 && place_of(&fiber->scopes[fiber->count - 1]) != place;
}

/* Where a walk does not come as far as to the innermost scope, there is code that it cannot follow. Places on a
 * signal's stack are neither above nor below others. */
static void drop_dead(struct ms_local *local, struct ms_fiber *fiber, const struct ms_frame *from) {
  bool one_stack = fiber->count > 0 && !on_signal_stack(fiber->scopes[fiber->count - 1].frame);
  if (from && local->thread && one_stack && !on_signal_stack(from->sp))
    ms_call_stack_places(&local->thread->walker, *from, drop_passed, fiber);
  while (fiber->count > 0 && !still_stands(fiber))
    fiber->count--;
}

/* A stack whose scopes have all turned out to be over may be no stack any more: what was known of it is forgotten. */
static struct ms_fiber *take_alive(struct ms_local *local, uintptr_t at, const struct ms_frame *from) {
  for (;;) {
    struct ms_fiber *fiber = local->fiber = take(local, at, from, false);
    if (fiber)
      drop_dead(local, fiber, from);
    if (!fiber || fiber->count > 0)
      return fiber;
    fiber->whole = false;
    ms_fibers_settle(local);
  }
}

struct ms_fiber *ms_fibers_choose(struct ms_local *local, uintptr_t at, const struct ms_frame *from, bool make) {
  if (on_own_stack(local, at)) {
    local->fiber = NULL;
  } else if (!on_signal_stack(at)) {
    if (!take_alive(local, at, from) && make)
      local->fiber = take(local, at, from, true);
  } else if (from && local->thread && local->fibers && local->fibers->count > 0) {
    (void)take_alive(local, at, from);
  }
  return local->fiber;
}

/* Scopes of the list that are on a fiber's stack go there. */
static void give(struct ms_local *local) {
  uint32_t kept = 0;
  for (uint32_t i = 0; i < local->scope_count; i++) {
    const struct ms_scope_entry entry = local->scopes[i];
    uintptr_t place = place_of(&entry);
    struct ms_fiber *fiber = NULL;
    if (!on_own_stack(local, place) && !on_signal_stack(place))
      fiber = take(local, place, NULL, true);
    if (!fiber || fiber->count == MS_SCOPES_MAX) {
      local->scopes[kept++] = entry;
      continue;
    }
    fiber->scopes[fiber->count++] = entry;
    ms_fiber_note(fiber);
  }
  local->scope_count = kept;
}

/* And what was taken for a fiber's stack, and is a part of the thread's own, comes back. */
static void take_back(struct ms_local *local) {
  struct ms_fibers *fibers = local->fibers;
  for (size_t at = fibers ? fibers->count : 0; at > 0; at--) {
    struct ms_fiber *fiber = fibers->items[at - 1];
    if (!on_own_stack(local, fiber->high))
      continue;
    for (uint32_t i = 0; i < fiber->count && local->scope_count < MS_SCOPES_MAX; i++)
      local->scopes[local->scope_count++] = fiber->scopes[i];
    drop(fibers, fiber);
  }
}

void ms_fibers_sort_out(struct ms_local *local) {
  local->fiber = NULL;
  give(local);
  take_back(local);
  ms_scope_nest(local, local->scopes, local->scope_count);
}
