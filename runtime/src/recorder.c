/* SPDX-License-Identifier: Apache-2.0
 *
 * recorder.c: the path of an event through the thread's structures: guard, scope still open?, state, sampling, stack,
 * room, shadow, record, count. An allocation's shadow comes before its record: a free that is not seen would make a
 * leak of it. The time is read last, or by the ordinary path first, where it is faster.
 */
#include "recorder.h"

#include <errno.h>
#include <string.h>

#include "atomics.h"
#include "clock.h"
#include "epoch.h"
#include "lifecycle.h"
#include "mappings.h"
#include "modules.h"
#include "options.h"
#include "os.h"
#include "preloading.h"
#include "run.h"
#include "scope.h"
#include "sites.h"
#include "thread_state.h"
#include "tracked_blocks.h"
#include "varint.h"

/* ---- stacks ---- */

static uint32_t shared_outermost(const struct ms_stack_entry *a, const struct ms_stack_entry *b) {
  uint32_t limit = a->depth < b->depth ? a->depth : b->depth, shared = 0;
  while (shared < limit && a->frames[shared] == b->frames[shared])
    shared++;
  return shared;
}

/* Writes the definition of a stack met for the first time, as a difference to the one defined before it. */
static MS_COLD bool define_stack(struct ms_thread *thread, const struct ms_stack_entry *entry,
                                 const uintptr_t *frames) {
  const struct ms_stack_table *table = &thread->stacks;
  const struct ms_stack_entry *reference = ms_stack_entry(table, table->before_newest);
  uint32_t shared = table->before_newest ? shared_outermost(entry, reference) : 0, count = entry->depth - shared;
  uint8_t *payload = thread->scratch, *at = payload;
  at = ms_varint_put(at, entry->id);
  *at++ = (uint8_t)entry->flags;
  at = ms_varint_put(at, entry->site);
  at = ms_varint_put(at, shared > 0 ? reference->id : 0);
  at = ms_varint_put(at, shared);
  at = ms_varint_put(at, count);
  uintptr_t before = 0;
  for (uint32_t i = entry->depth; i > shared; i--) { /* in the file the innermost comes first */
    at = ms_varint_put(at, ms_zigzag((int64_t)(frames[i - 1] - before)));
    before = frames[i - 1];
  }
  return ms_encoder_control(&thread->encoder, &thread->window, MS_CONTROL_STACK, payload, (uint32_t)(at - payload));
}

/* A module was unloaded: addresses seen so far may come to mean other code. */
static MS_COLD void change_generation(struct ms_thread *thread, uint32_t generation) {
  uint8_t payload[MS_VARINT_MAX];
  thread->modules_generation = generation;
  ms_stack_table_forget(&thread->stacks);
  ms_walker_forget(&thread->walker);
  memset(thread->known_stacks, 0, sizeof thread->known_stacks);
  memset(thread->known_sites, 0, sizeof thread->known_sites);
  ms_encoder_control(&thread->encoder, &thread->window, MS_CONTROL_MODULES, payload,
                     (uint32_t)(ms_varint_put(payload, generation) - payload));
}

static inline struct ms_known_stack *known_place(struct ms_thread *thread, uintptr_t pc) {
  return &thread->known_stacks[(pc ^ pc >> 6) % MS_KNOWN];
}

static inline struct ms_known_site *site_place(struct ms_thread *thread, const struct __memscope_site *site) {
  return &thread->known_sites[((uintptr_t)site >> 4 ^ (uintptr_t)site >> 10) % MS_KNOWN];
}

/* Keeps what the walk found, so that the same call need not be looked up. Not for cut stacks, which are counted, nor
 * for signal frames, which two words do not verify. */
static inline __attribute__((always_inline)) void keep_known(struct ms_thread *thread, const struct ms_origin *origin,
                                                             const struct ms_call_stack *stack, uint32_t at) {
  const struct ms_walker *walker = &thread->walker;
  if (stack->flags == 0 && !walker->fragile)
    *known_place(thread, origin->frame.pc) = (struct ms_known_stack){origin->frame.pc,
                                                                     origin->frame.sp,
                                                                     origin->frame.fp,
                                                                     walker->walked[walker->count - 1].fp_bits,
                                                                     origin->site,
                                                                     walker->version,
                                                                     at};
}

static inline bool is_preloaded(const struct ms_origin *origin) {
  return origin->site && ms_unlikely(origin->site->route == MEMSCOPE_ROUTE_PRELOAD);
}

/* Returns the place of the event's stack in the table; 0 when no memory for a new one is to be had. */
static inline __attribute__((always_inline)) uint32_t
find_stack(struct ms_thread *thread, const struct ms_origin *origin, uint32_t site, bool with_frames) {
  struct ms_call_stack stack = {.depth = 0};
  uint32_t number;
  if (ms_unlikely(origin->given != NULL))
    ms_call_stack_take(&thread->walker, origin->given, origin->given_depth, thread->parameters.stack_depth, &stack);
  else if (with_frames)
    ms_call_stack_capture(&thread->walker, origin->frame, thread->parameters.stack_depth, &stack);
  else if (is_preloaded(origin)) /* the calling code alone: one site stands for all calls of a function */
    ms_call_stack_single(&thread->walker, &origin->frame.pc, &number, &stack);
  uint16_t flags = stack.flags | (is_preloaded(origin) ? MS_STACK_ROUTE_PRELOAD : origin->route);
  bool added;
  uint32_t at = ms_stack_table_intern(&thread->stacks, site, flags, &stack, &added);
  if (ms_unlikely(added && !define_stack(thread, ms_stack_entry(&thread->stacks, at), stack.frames)))
    return 0;
  if (at != 0 && origin->site && with_frames)
    keep_known(thread, origin, &stack, at);
  return at;
}

/* ---- what all events share ---- */

/* Writes which scope the following events belong to, when it changed. */
static inline void note_scope(struct ms_thread *thread, const struct ms_local *local) {
  struct __memscope_scope *scope = local->scope;
  uint32_t id = scope ? ms_sites_number_scope(scope) : 0;
  thread->scope = scope;
  if (ms_likely(id == thread->scope_id))
    return;
  uint8_t payload[MS_VARINT_MAX];
  thread->scope_id = id;
  ms_encoder_control(&thread->encoder, &thread->window, MS_CONTROL_SCOPE, payload,
                     (uint32_t)(ms_varint_put(payload, id) - payload));
}

/* The innermost scope that has a parameter says what it is; that of two events may differ where their scope does not.
 */
static MS_COLD void take_parameters(struct ms_thread *thread, const struct ms_local *local) {
  struct ms_parameters parameters = thread->base_parameters;
  ms_scope_parameters(local, &parameters);
  thread->has_parameters = local->parameters;
  ms_thread_set_parameters(thread, &parameters);
}

/* Opening a thread's state, and a run, makes the C library allocate. Where the program has just called an allocator
 * that is harmless; but a mapping may be made by the allocator itself, which may hold its lock. */
static MS_COLD bool may_open(struct ms_local *local, const struct ms_origin *origin) {
  if (local->unborn > 0) {
    ms_thread_drop(NULL, MS_DROP_REENTERED);
    return false;
  }
  return origin->family != MS_FAMILY_MAPPING || !ms_os_same_module(origin->frame.pc, (uintptr_t)ms_allocator);
}

/* The thread's state, ready to record; NULL where nothing can be. */
static inline struct ms_thread *prepare(struct ms_local *local, const struct ms_origin *origin, bool tracked) {
  uint32_t epoch = ms_load_acquire(ms_epoch); /* A5: pairs with R5 in ms_epoch_advance. Once: a handler may fork */
  if (ms_unlikely(epoch == 0)) {
    ms_lifecycle_notice_fork();
    epoch = ms_load_acquire(ms_epoch); /* A5 */
  }
  struct ms_thread *thread = local->thread;
  if (ms_unlikely(thread && thread->parted)) {
    ms_thread_drop_parted();
    thread = NULL;
  }
  if (ms_unlikely(!thread || (tracked && !thread->tracked))) {
    if (!may_open(local, origin))
      return NULL;
    thread = ms_thread_open(tracked, NULL);
    if (!thread)
      return NULL;
    if (origin->site) /* only now is it known which stack the event is on, and so in which scope */
      (void)ms_scope_still_open(local, &origin->frame);
  }
  thread->epoch = epoch;
  uint32_t generation = ms_load_relaxed(&ms_modules_generation); /* relaxed: before the epoch, see A5 */
  if (ms_unlikely(generation != thread->modules_generation))
    change_generation(thread, generation);
  note_scope(thread, local);
  if (ms_unlikely(local->parameters || thread->has_parameters))
    take_parameters(thread, local);
  local->ready = ms_thread_is_ready(thread, local) ? thread : NULL;
  return thread;
}

/* Counts an event that is lost for want of room, in memory or on disk. */
static MS_COLD void no_room(struct ms_thread *thread) {
  uint32_t reason = MS_DROP_NO_MEMORY;
  if (thread->window.stopped)
    reason = thread->size_reached ? MS_DROP_SIZE_LIMIT : MS_DROP_WRITE_FAILED;
  else
    ms_run_complain(-ENOMEM);
  ms_thread_drop(thread, reason);
}

/* Room for the next event; when a block has gone to the file, the run's size is looked at. */
static inline bool make_room(struct ms_thread *thread) {
  if (ms_unlikely(!ms_encoder_room(&thread->encoder, &thread->window, MS_ENCODER_EVENT_BYTES)))
    return false;
  uint64_t size = thread->window.append_at;
  if (ms_unlikely(size != thread->accounted)) {
    uint64_t added = size - thread->accounted;
    thread->accounted = size;
    if (!ms_run_account(added)) {
      thread->size_reached = true;
      ms_window_stop(&thread->window);
      return false;
    }
  }
  ms_encoder_let_events(&thread->window);
  return true;
}

static MS_COLD bool refuse_reentry(struct ms_local *local) {
  if (local->own_calls > 0)
    return false;
  ms_thread_drop(local->thread, MS_DROP_REENTERED);
  return false;
}

#define NOT_COUNTED UINT32_MAX

/* Counts a call in .freq; `kept` is where the slot is remembered, or NULL. */
static inline void count_call(struct ms_thread *thread, uint32_t site, uint32_t *kept, uint64_t bytes, uint64_t ticks) {
  uint32_t slot = kept && *kept != 0 ? *kept - 1 : UINT32_MAX;
  if (slot == UINT32_MAX && thread->frequency.entries)
    slot = ms_frequency_slot(&thread->frequency, site);
  if (slot < NOT_COUNTED - 1)
    ms_frequency_count(&thread->frequency, slot, bytes, ticks);
  if (kept)
    *kept = slot < NOT_COUNTED - 1 ? slot + 1 : NOT_COUNTED;
}

/* Counts an event of which outer frames are missing. */
static inline void count_cut(struct ms_thread *thread, const struct ms_stack_entry *entry) {
  if (ms_unlikely((entry->flags & (MS_STACK_CUT_DEPTH | MS_STACK_CUT_FOREIGN)) != 0))
    ms_window_head(&thread->window)->cut_stacks++;
}

/* With a stack that is new. */
static MS_COLD void count_first(struct ms_thread *thread, struct ms_stack_entry *entry, uint64_t bytes,
                                uint64_t ticks) {
  count_call(thread, entry->site, &entry->frequency, bytes, ticks);
}

static uint32_t log2_of(size_t alignment) {
  return alignment > 1 ? (uint32_t)__builtin_ctzll((unsigned long long)alignment) : 0;
}

static inline uint32_t site_number(const struct ms_origin *origin) {
  return origin->site ? ms_sites_number(origin->site, origin->family) : 0;
}

/* Completes an allocation's record from its stack's notes. */
static inline struct ms_allocation describe(struct ms_thread *thread, struct ms_stack_entry *entry, uintptr_t address,
                                            size_t size, size_t alignment, uint64_t ticks, double weight) {
  uint32_t block = thread->window.sequence + 1;
  struct ms_allocation event = {
      .ticks = ticks,
      .address = ms_tracked_blocks_place(address),
      .size = size,
      .stack = entry->id,
      .alignment_log2 = log2_of(alignment),
      .same_size = entry->last_block == block && entry->last_size == size,
      .weight = weight,
  };
  entry->last_block = block;
  entry->last_size = size;
  return event;
}

/* ---- which releases matter ---- */

static enum ms_block_kind kind_of(enum ms_family family) {
  return family == MS_FAMILY_CUSTOM ? MS_BLOCK_CUSTOM : MS_BLOCK_HEAP;
}

static inline bool remember(uintptr_t address, size_t size, enum ms_family family, double weight) {
  if (ms_likely(family < MS_FAMILY_CUSTOM))
    return ms_tracked_blocks_add_fresh(address);
  if (family == MS_FAMILY_MAPPING)
    return ms_mappings_add(ms_mappings_pages(address, size), weight);
  return ms_tracked_blocks_add(address, MS_BLOCK_CUSTOM);
}

/* A block that moved, or stayed where it was with whatever has been cut from it. */
static bool remember_moved(uintptr_t address, size_t size, enum ms_family family, double weight, uintptr_t before) {
  if (family < MS_FAMILY_CUSTOM && ms_tracked_blocks_place(address) == before)
    return ms_tracked_blocks_add(address, MS_BLOCK_HEAP);
  return remember(address, size, family, weight);
}

static inline void forget(uintptr_t address, enum ms_family family) {
  if (ms_likely(family != MS_FAMILY_MAPPING) && ms_tracked_blocks_test(address))
    ms_tracked_blocks_clear(address, kind_of(family));
}

/* ---- events ---- */

/* Whether the allocation is not recorded, for sampling's sake. It is counted. */
static inline bool is_skipped(struct ms_thread *thread, const struct ms_origin *origin, uint32_t site, size_t size) {
  if (ms_likely(origin->weight != 0 || !ms_sampler_skips(&thread->sampler, size)))
    return false;
  uint32_t kept = 0;
  count_call(thread, site, &kept, size, ms_clock_now());
  if (origin->site)
    *site_place(thread, origin->site) = (struct ms_known_site){origin->site, 0, kept};
  return true;
}

static inline double weigh(struct ms_thread *thread, const struct ms_origin *origin, size_t size) {
  return origin->weight != 0 ? origin->weight : ms_sampler_take(&thread->sampler, size);
}

/* An allocation without a record is remembered all the same: its release comes here too then, and is counted. */
static MS_COLD void lose_allocation(struct ms_thread *thread, const struct ms_origin *origin, uintptr_t address,
                                    size_t size) {
  no_room(thread);
  (void)remember(address, size, origin->family, 1);
}

static bool record_allocation(struct ms_local *local, const struct ms_origin *origin, uintptr_t address, size_t size,
                              size_t alignment) {
  bool first = !local->thread;
  struct ms_thread *thread = prepare(local, origin, true);
  if (ms_unlikely(!thread))
    return true;
  if (ms_unlikely(first && origin->site && local->here != MS_MODE_TRACKED))
    return true;
  uint32_t site = site_number(origin);
  if (is_skipped(thread, origin, site, size))
    return true;
  uint32_t stack = find_stack(thread, origin, site, true);
  if (ms_unlikely(stack == 0 || !make_room(thread))) {
    lose_allocation(thread, origin, address, size);
    return true;
  }
  uint64_t ticks = ms_clock_now();
  double weight = weigh(thread, origin, size);
  struct ms_stack_entry *entry = ms_stack_entry(&thread->stacks, stack);
  /* The shadow first: without it the free would not be seen, and the block would look like a leak. */
  if (ms_likely(remember(address, size, origin->family, weight))) {
    struct ms_allocation event = describe(thread, entry, address, size, alignment, ticks, weight);
    ms_encoder_allocation(&thread->encoder, &thread->window, &event);
    count_cut(thread, entry);
  } else {
    no_room(thread);
  }
  count_call(thread, site, &entry->frequency, size, ticks);
  return true;
}

bool ms_record_allocation(const struct ms_origin *origin, uintptr_t address, size_t size, size_t alignment) {
  struct ms_local *local = &ms_local;
  if (ms_unlikely(!ms_local_enter(local)))
    return refuse_reentry(local);
  bool done = true;
  bool to_be_asked = local->fibers && !local->thread; /* once there is a walker: see prepare */
  if (ms_likely(!origin->site || to_be_asked || ms_scope_still_open(local, &origin->frame)))
    done = record_allocation(local, origin, address, size, alignment);
  ms_local_leave(local);
  return done;
}

/* By which a release's stack is remembered: its site, or the place of the call where one site stands for many. */
static inline const struct __memscope_site *release_key(const struct __memscope_site *site, uintptr_t pc) {
  return ms_likely(site->route == 0) ? site : (const struct __memscope_site *)pc;
}

/* `counted`: the call has been, as an allocation. */
static void record_end(struct ms_thread *thread, const struct ms_origin *origin, uint32_t site, uintptr_t address,
                       uint64_t ticks, bool counted) {
  /* A call by hand has no site: its stack says where it was. */
  bool with_frames = ms_options.free_stacks || !origin->site;
  uint32_t stack = find_stack(thread, origin, site, with_frames);
  if (ms_unlikely(!make_room(thread))) {
    no_room(thread);
    return;
  }
  struct ms_stack_entry *entry = stack ? ms_stack_entry(&thread->stacks, stack) : NULL;
  ms_encoder_free(&thread->encoder, &thread->window, ticks, ms_tracked_blocks_place(address), entry ? entry->id : 0);
  if (entry)
    count_cut(thread, entry);
  if (counted)
    return;
  count_call(thread, site, entry ? &entry->frequency : NULL, 0, ticks);
  if (entry && !with_frames) {
    const struct __memscope_site *key = release_key(origin->site, origin->frame.pc);
    *site_place(thread, key) = (struct ms_known_site){key, entry->id, entry->frequency};
  }
}

/* The end of a tracked block, stamped before the real call: the address may be another block's right after it. */
static void record_release(struct ms_local *local, const struct ms_origin *origin, uintptr_t address, uint64_t ticks) {
  if (ms_fork_unnoticed()) { /* the block is of the parent's run */
    ms_lifecycle_notice_fork();
    return;
  }
  struct ms_thread *thread =
      prepare(local, origin, local->here == MS_MODE_TRACKED || (local->thread && local->thread->tracked));
  if (ms_likely(thread != NULL))
    record_end(thread, origin, site_number(origin), address, ticks, false);
}

bool ms_record_free(const struct ms_origin *origin, uintptr_t address) {
  struct ms_local *local = &ms_local;
  if (ms_unlikely(!ms_local_enter(local))) {
    forget(address, origin->family);
    return refuse_reentry(local);
  }
  /* A handler may have forked since the caller looked: the block is of the parent's run then. */
  if (origin->site && origin->family != MS_FAMILY_MAPPING && !ms_tracked_blocks_test(address)) {
    ms_local_leave(local);
    return true;
  }
  forget(address, origin->family);
  if (origin->site)
    (void)ms_scope_still_open(local, &origin->frame);
  record_release(local, origin, address, ms_clock_now());
  ms_local_leave(local);
  return true;
}

/* ---- the ordinary path ----
 *
 * What the functions above do, where every question has the answer it had with the event before. A question with
 * another answer leads to them, by a tail call, so that this path keeps nothing for it. */

enum outcome { RECORDED, OTHER_STACK, NOT_FOR_THIS_PATH };

/* Whether the thread can record as it did with its last event: no scope was left, entered or ended, no fork and no
 * unloading of a module has gone unnoticed, and there is room. Precondition: it is marked as at work, or a signal
 * handler could make a lie of the answer. */
static inline bool is_ready(const struct ms_local *local, const struct ms_thread *thread, uintptr_t sp) {
  return thread && sp <= local->scope_frame &&
         ms_load_relaxed(ms_epoch) == thread->epoch && /* relaxed: only compared */
         ms_encoder_has_room(&thread->window);
}

static inline enum outcome leave_with(struct ms_local *local, enum outcome outcome) {
  ms_local_leave(local);
  return outcome;
}

/* The stack if it was met here before and all frames are still what they were; else NULL. */
static inline const struct ms_known_stack *known_stack(struct ms_thread *thread, const struct __memscope_site *site,
                                                       struct ms_frame from) {
  const struct ms_known_stack *known = known_place(thread, from.pc);
  bool same = known->pc == from.pc && known->sp == from.sp && ((known->fp ^ from.fp) & known->fp_bits) == 0 &&
              known->site == site && known->version == thread->walker.version;
  return same && !thread->walker.unsteady && ms_walker_holds(&thread->walker) ? known : NULL;
}

/* Only counts an allocation that is not chosen. @return false when it is, or its site is not known. */
static inline bool skip_block(struct ms_thread *thread, size_t size, const struct __memscope_site *site,
                              uint64_t counter) {
  const struct ms_known_site *known = site_place(thread, site);
  if (known->site != site || !ms_sampler_skips(&thread->sampler, size))
    return false;
  if (known->frequency != NOT_COUNTED)
    ms_frequency_count_again(&thread->frequency.entries[known->frequency - 1], size, ms_clock_ticks(counter));
  return true;
}

/* The event's bytes, once its stack is known. @return false when that is not for this path. */
static inline __attribute__((always_inline)) bool write_block(struct ms_thread *thread, uintptr_t address, size_t size,
                                                              uint32_t stack, uint64_t counter) {
  ms_shadow_byte *shadow = ms_tracked_blocks_find(address);
  struct ms_stack_entry *entry = ms_stack_entry(&thread->stacks, stack);
  if (ms_unlikely(!shadow))
    return false;
  uint64_t ticks = ms_clock_ticks(counter);
  if (ms_unlikely(entry->frequency == 0))
    count_first(thread, entry, size, ticks);
  else if (ms_likely(entry->frequency != NOT_COUNTED))
    ms_frequency_count_again(&thread->frequency.entries[entry->frequency - 1], size, ticks);
  struct ms_allocation event = describe(thread, entry, address, size, 0, ticks, 1.0);
  ms_store_relaxed(shadow, MS_BLOCK_HEAP); /* relaxed: as in ms_tracked_blocks_test */
  ms_encoder_allocation(&thread->encoder, &thread->window, &event);
  return true;
}

/* With OTHER_STACK the thread stays marked as at work, and the counter's reading is kept. */
static inline __attribute__((always_inline)) enum outcome
record_block(uintptr_t address, size_t size, struct __memscope_site *site, struct ms_frame from) {
  uint64_t counter = ms_clock_counter();
  struct ms_local *local = &ms_local;
  if (ms_unlikely(!address || !ms_local_enter(local)))
    return NOT_FOR_THIS_PATH;
  struct ms_thread *thread = local->ready;
  if (ms_unlikely(!is_ready(local, thread, from.sp)))
    return leave_with(local, NOT_FOR_THIS_PATH);
  if (ms_unlikely(thread->sampler.kind != MS_SAMPLE_ALL))
    return leave_with(local, skip_block(thread, size, site, counter) ? RECORDED : NOT_FOR_THIS_PATH);
  const struct ms_known_stack *known = known_stack(thread, site, from);
  if (ms_unlikely(!known)) {
    thread->counter = counter;
    return OTHER_STACK;
  }
  return leave_with(local, write_block(thread, address, size, known->stack, counter) ? RECORDED : NOT_FOR_THIS_PATH);
}

/* Goes on from OTHER_STACK: finds the stack. */
static inline __attribute__((always_inline)) bool record_walked(uintptr_t address, size_t size,
                                                                struct __memscope_site *site, struct ms_frame from,
                                                                enum ms_family family) {
  struct ms_local *local = &ms_local;
  struct ms_thread *thread = local->ready;
  const struct ms_origin origin = {.site = site, .family = family, .frame = from};
  uint32_t stack = find_stack(thread, &origin, ms_sites_number(site, family), true);
  bool done =
      stack != 0 && ms_encoder_has_room(&thread->window) && write_block(thread, address, size, stack, thread->counter);
  if (done)
    count_cut(thread, ms_stack_entry(&thread->stacks, stack));
  ms_local_leave(local);
  return done;
}

#define RECORD_BLOCK(name, family_of)                                                                                  \
  static MS_COLD void *name##_anew(void *block, size_t size, struct __memscope_site *site, uintptr_t pc, uintptr_t sp, \
                                   uintptr_t fp) {                                                                     \
    struct ms_origin origin = {.site = site, .family = family_of, .frame = {pc, sp, fp}};                              \
    if (block)                                                                                                         \
      (void)ms_record_allocation(&origin, (uintptr_t)block, size, 0);                                                  \
    return block;                                                                                                      \
  }                                                                                                                    \
                                                                                                                       \
  static __attribute__((noinline)) void *name##_walked(void *block, size_t size, struct __memscope_site *site,         \
                                                       uintptr_t pc, uintptr_t sp, uintptr_t fp) {                     \
    if (ms_unlikely(!record_walked((uintptr_t)block, size, site, (struct ms_frame){pc, sp, fp}, family_of)))           \
      return name##_anew(block, size, site, pc, sp, fp);                                                               \
    return block;                                                                                                      \
  }                                                                                                                    \
                                                                                                                       \
  void *name(void *block, size_t size, struct __memscope_site *site, uintptr_t pc, uintptr_t sp, uintptr_t fp) {       \
    enum outcome outcome = record_block((uintptr_t)block, size, site, (struct ms_frame){pc, sp, fp});                  \
    if (ms_likely(outcome == RECORDED))                                                                                \
      return block;                                                                                                    \
    return (outcome == OTHER_STACK ? name##_walked : name##_anew)(block, size, site, pc, sp, fp);                      \
  }

RECORD_BLOCK(ms_record_malloc, MS_FAMILY_MALLOC)
RECORD_BLOCK(ms_record_new, MS_FAMILY_NEW)
RECORD_BLOCK(ms_record_new_array, MS_FAMILY_NEW_ARRAY)

#define RECORD_FREE(name, family_of)                                                                                   \
  static MS_COLD void name##_anew(void *block, struct __memscope_site *site, uintptr_t pc, uintptr_t sp,               \
                                  uintptr_t fp) {                                                                      \
    struct ms_origin origin = {.site = site, .family = family_of, .frame = {pc, sp, fp}};                              \
    (void)ms_record_free(&origin, (uintptr_t)block);                                                                   \
  }                                                                                                                    \
                                                                                                                       \
  void name(void *block, struct __memscope_site *site, uintptr_t pc, uintptr_t sp, uintptr_t fp,                       \
            ms_shadow_byte *shadow) {                                                                                  \
    if (ms_unlikely(record_free((uintptr_t)block, release_key(site, pc), sp, shadow) != RECORDED))                     \
      name##_anew(block, site, pc, sp, fp);                                                                            \
  }

static inline __attribute__((always_inline)) enum outcome
record_free(uintptr_t address, const struct __memscope_site *site, uintptr_t sp, ms_shadow_byte *shadow) {
  uint64_t counter = ms_clock_counter();
  struct ms_local *local = &ms_local;
  if (ms_unlikely(!ms_local_enter(local)))
    return NOT_FOR_THIS_PATH;
  struct ms_thread *thread = local->ready;
  if (ms_unlikely(!is_ready(local, thread, sp)))
    return leave_with(local, NOT_FOR_THIS_PATH);
  const struct ms_known_site *known = site_place(thread, site);
  if (ms_unlikely(known->site != site || known->stack == 0))
    return leave_with(local, NOT_FOR_THIS_PATH);
  uint64_t ticks = ms_clock_ticks(counter);
  ms_tracked_blocks_clear_byte(shadow, MS_BLOCK_HEAP);
  if (ms_likely(known->frequency != NOT_COUNTED)) {
    struct ms_frequency *frequency = &thread->frequency.entries[known->frequency - 1];
    frequency->calls++;
    frequency->last_ticks = ticks;
  }
  ms_encoder_free(&thread->encoder, &thread->window, ticks, ms_tracked_blocks_place(address), known->stack);
  return leave_with(local, RECORDED);
}

RECORD_FREE(ms_record_malloc_free, MS_FAMILY_MALLOC)
RECORD_FREE(ms_record_new_free, MS_FAMILY_NEW)
RECORD_FREE(ms_record_new_array_free, MS_FAMILY_NEW_ARRAY)

/* ---- sites, reallocations ---- */

bool ms_record_site(const struct ms_origin *origin) {
  struct ms_local *local = &ms_local;
  if (!ms_local_enter(local))
    return false;
  bool ready = prepare(local, origin, true) != NULL;
  if (ready)
    (void)site_number(origin);
  ms_local_leave(local);
  return ready;
}

void ms_record_realloc_begin(struct ms_realloc *change, uintptr_t old_address, enum ms_family family) {
  change->family = family;
  change->old_address = ms_tracked_blocks_place(old_address);
  change->old_tracked = old_address != 0 && ms_tracked_blocks_test(old_address);
  change->begin_ticks = change->old_tracked ? ms_clock_now() : 0;
  if (change->old_tracked)
    forget(old_address, family);
}

void ms_record_remap_begin(struct ms_realloc *change, uintptr_t old_address) {
  *change = (struct ms_realloc){ms_clock_now(), old_address, true, MS_FAMILY_MAPPING};
}

/* A tracked block grew or moved in a tracked thread: one record for both halves. */
static void record_move(struct ms_local *local, const struct ms_realloc *change, const struct ms_origin *origin,
                        uintptr_t address, size_t size) {
  struct ms_thread *thread = prepare(local, origin, true);
  if (ms_unlikely(!thread))
    return;
  uint32_t site = site_number(origin);
  /* Sampling chooses anew: a block that grew stands for what is as large as it is now. */
  if (is_skipped(thread, origin, site, size)) {
    record_end(thread, origin, site, change->old_address, change->begin_ticks, true);
    return;
  }
  uint32_t stack = find_stack(thread, origin, site, true);
  if (ms_unlikely(stack == 0 || !make_room(thread))) { /* both halves */
    no_room(thread);
    no_room(thread);
    (void)remember_moved(address, size, origin->family, 1, change->old_address);
    return;
  }
  uint64_t ticks = ms_clock_now();
  double weight = weigh(thread, origin, size);
  struct ms_stack_entry *entry = ms_stack_entry(&thread->stacks, stack);
  struct ms_allocation event = describe(thread, entry, address, size, 0, ticks, weight);
  (void)remember_moved(address, size, origin->family, weight, change->old_address);
  ms_encoder_realloc(&thread->encoder, &thread->window, change->begin_ticks, change->old_address, entry->id, &event);
  count_cut(thread, entry);
  count_call(thread, site, &entry->frequency, size, ticks);
}

void ms_record_realloc_end(const struct ms_realloc *change, const struct ms_origin *origin, uintptr_t address,
                           size_t size, bool released) {
  struct ms_local *local = &ms_local;
  if (address == 0 && !released) { /* failed: the old block is what it was */
    if (change->old_tracked)
      (void)ms_tracked_blocks_add(change->old_address, kind_of(change->family));
    return;
  }
  if (ms_unlikely(!ms_local_enter(local))) {
    refuse_reentry(local);
    return;
  }
  bool open = local->mode == MS_MODE_TRACKED && ms_scope_still_open(local, &origin->frame);
  bool old_tracked = change->old_tracked && !ms_fork_unnoticed(); /* a child does not know its parent's blocks */
  if (address != 0 && open && old_tracked)
    record_move(local, change, origin, address, size);
  else if (address != 0 && open)
    record_allocation(local, origin, address, size, 0);
  else if (old_tracked)
    record_release(local, origin, change->old_address, change->begin_ticks);
  ms_local_leave(local);
}
