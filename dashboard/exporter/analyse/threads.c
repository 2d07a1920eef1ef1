/* SPDX-License-Identifier: Apache-2.0
 *
 * threads.c: the table of threads, its memory figures, and what follows from a thread's counters.
 *
 * Which thread a file or a series of samples belongs to is sightings.c's business.
 */
#include "analyse/threads.h"

#include "analyse/sightings.h"

#include <math.h>

static int by_group_and_tid(const void *left, const void *right) {
  const struct ms_thread *a = left, *b = right;
  if (a->tracked != b->tracked)
    return a->tracked ? -1 : 1;
  if (a->tid != b->tid)
    return a->tid < b->tid ? -1 : 1;
  if (a->kernel_start_ns != b->kernel_start_ns)
    return a->kernel_start_ns < b->kernel_start_ns ? -1 : 1;
  return a->found_as < b->found_as ? -1 : a->found_as > b->found_as;
}

/* Sorts, and tells each stream its thread's new place. */
static void put_in_order(struct ms_threads *threads, size_t streams) {
  size_t count = threads->items.count;
  uint32_t *place = ms_memory_new(count, sizeof *place);
  ms_vec_sort(&threads->items, by_group_and_tid);
  for (size_t i = 0; i < count; i++) {
    place[threads->items.items[i].found_as] = (uint32_t)i;
    threads->tracked += threads->items.items[i].tracked;
  }
  for (size_t i = 0; i < streams; i++)
    threads->of_stream[i] = place[threads->of_stream[i]];
  free(place);
}

void ms_threads_build(struct ms_threads *threads, const struct ms_run *run) {
  threads->of_stream = ms_memory_new(run->streams.count, sizeof *threads->of_stream);
  ms_sightings_in_files(threads, run);
  ms_sightings_in_samples(threads, run);
  put_in_order(threads, run->streams.count);
}

void ms_threads_free(struct ms_threads *threads) {
  for (size_t i = 0; i < threads->items.count; i++) {
    ms_vec_free(&threads->items.items[i].names);
    ms_vec_free(&threads->items.items[i].scopes);
  }
  ms_vec_free(&threads->items);
  ms_map_free(&threads->scopes_seen);
  ms_arena_free(&threads->arena);
  free(threads->of_stream);
}

/* ---- replay ---- */

static void end_of_block(struct ms_thread *owner, const struct ms_change *change) {
  owner->live_bytes -= change->bytes;
  owner->live_blocks -= change->count;
  if (change->kind != MS_CHANGE_FREE)
    return;
  uint64_t lifetime_ns = change->time_ns - change->block.time_ns;
  struct ms_histogram_class *class = &owner->lifetimes[ms_histogram_lifetime_class(lifetime_ns)];
  class->count += change->count;
  class->bytes += change->bytes;
  owner->blocks_freed += change->count;
  owner->bytes_freed += change->bytes;
  owner->temporary += change->temporary ? change->count : 0;
}

static void allocation(struct ms_thread *owner, const struct ms_change *change) {
  struct ms_histogram_class *class = &owner->sizes[ms_histogram_size_class(change->block.size)];
  class->count += change->count;
  class->bytes += change->bytes;
  owner->recorded_allocations++;
  owner->allocations += change->count;
  owner->bytes_allocated += change->bytes;
  owner->live_bytes += change->bytes;
  owner->live_blocks += change->count;
  if (owner->live_bytes <= owner->peak_live_bytes)
    return;
  owner->peak_live_bytes = owner->live_bytes;
  owner->peak_time_ns = change->time_ns;
}

void ms_threads_change(struct ms_threads *threads, const struct ms_change *change) {
  struct ms_thread *actor = &threads->items.items[change->thread];
  if (change->kind == MS_CHANGE_UNMATCHED_FREE) {
    actor->recorded_deallocations++;
    actor->deallocations += change->count;
    return;
  }
  struct ms_thread *owner = &threads->items.items[change->block.thread];
  actor->estimated |= change->count != 1;
  if (change->kind == MS_CHANGE_ALLOC) {
    allocation(owner, change);
    return;
  }
  end_of_block(owner, change);
  if (change->kind != MS_CHANGE_FREE)
    return;
  actor->recorded_deallocations++;
  actor->deallocations += change->count;
  actor->bytes_deallocated += change->bytes;
  actor->foreign_deallocations += actor != owner ? change->count : 0;
  owner->freed_by_others += actor != owner ? change->count : 0;
}

static void rename_thread(struct ms_threads *threads, struct ms_thread *thread, const struct ms_event *event) {
  const char *name = ms_arena_text(&threads->arena, event->text == NULL ? "" : event->text, event->text_bytes);
  if (thread->names.count > 0 && strcmp(ms_thread_name(thread), name) == 0)
    return;
  ms_vec_push(&thread->names, ((struct ms_thread_name){event->time_ns, name}));
}

static void note_scope(struct ms_threads *threads, uint32_t thread, uint32_t scope) {
  uint64_t key = (uint64_t)thread << 32 | scope;
  if (scope == 0 || ms_map_get(&threads->scopes_seen, key) != MS_NONE)
    return;
  ms_map_set(&threads->scopes_seen, key, 1);
  ms_vec_push(&threads->items.items[thread].scopes, scope);
}

void ms_threads_event(struct ms_threads *threads, const struct ms_event *event) {
  uint32_t thread = threads->of_stream[event->stream];
  if (event->kind == MS_EVENT_THREAD_NAME)
    rename_thread(threads, &threads->items.items[thread], event);
  else if (event->kind == MS_EVENT_ALLOC || event->kind == MS_EVENT_FREE)
    note_scope(threads, thread, event->scope);
}

/* ---- figures ---- */

double ms_thread_counter_in_run(const struct ms_thread *thread, enum ms_counter counter) {
  return fmax(ms_thread_counter(thread, counter) - (double)thread->before_run[counter], 0);
}

double ms_thread_counter(const struct ms_thread *thread, enum ms_counter counter) {
  return (thread->known_counters >> counter & 1) != 0 ? (double)thread->counters[counter] : NAN;
}

double ms_thread_io_operations(const struct ms_thread *thread) {
  return ms_thread_counter(thread, MS_COUNTER_READ_CALLS) + ms_thread_counter(thread, MS_COUNTER_WRITE_CALLS);
}

double ms_thread_cpu_ns(const struct ms_thread *thread) {
  if ((thread->known_counters >> MS_COUNTER_CPU_NS & 1) != 0)
    return ms_thread_counter(thread, MS_COUNTER_CPU_NS);
  return ms_thread_counter(thread, MS_COUNTER_USER_NS) + ms_thread_counter(thread, MS_COUNTER_SYSTEM_NS);
}

static double over_life(const struct ms_thread *thread, double amount, double factor) {
  return thread->has_life && thread->life_ns > 0 ? amount / (double)thread->life_ns * factor : NAN;
}

double ms_thread_cpu_percent(const struct ms_thread *thread) {
  return over_life(thread, ms_thread_cpu_ns(thread), 100);
}

double ms_thread_wait_percent(const struct ms_thread *thread) {
  return over_life(thread, ms_thread_counter(thread, MS_COUNTER_RUN_DELAY_NS), 100);
}

double ms_thread_io_per_second(const struct ms_thread *thread) {
  return over_life(thread, ms_thread_io_operations(thread), 1e9);
}

double ms_thread_rate(const struct ms_thread *thread, ms_sum amount) {
  if (!thread->tracked || thread->tracked_to_ns <= thread->tracked_from_ns)
    return NAN;
  return amount / (double)(thread->tracked_to_ns - thread->tracked_from_ns) * 1e9;
}

const char *ms_thread_name(const struct ms_thread *thread) {
  return thread->names.count == 0 ? "" : thread->names.items[thread->names.count - 1].name;
}
