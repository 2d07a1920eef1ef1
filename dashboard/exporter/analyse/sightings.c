/* SPDX-License-Identifier: Apache-2.0
 *
 * sightings.c: see sightings.h.
 *
 * Birth. The kernel tells a start time in steps of 10 ms. A thread whose tracking began within that step, with no CPU
 * time to speak of, is taken as born at that moment, which is exact; else the kernel's time stands.
 */
#include "analyse/sightings.h"

#define KERNEL_STEP_NS 10000000
#define YOUNG_CPU_NS 1000000u

/* Where each counter stands in the thread's own reading, and what the samples call it. */
static const struct {
  size_t offset;
  const char *metric;
} sources[MS_COUNTERS] = {
#define SOURCE(field) offsetof(struct ms_thread_counters, field)
    [MS_COUNTER_USER_NS] = {SOURCE(user_ns), "thread.user"},
    [MS_COUNTER_SYSTEM_NS] = {SOURCE(system_ns), "thread.system"},
    [MS_COUNTER_READ_CALLS] = {SOURCE(read_calls), "thread.read_calls"},
    [MS_COUNTER_WRITE_CALLS] = {SOURCE(write_calls), "thread.write_calls"},
    [MS_COUNTER_READ_BYTES] = {SOURCE(read_bytes), "thread.read_bytes"},
    [MS_COUNTER_WRITE_BYTES] = {SOURCE(write_bytes), "thread.write_bytes"},
    [MS_COUNTER_STORAGE_READ_BYTES] = {SOURCE(storage_read_bytes), "thread.storage_read_bytes"},
    [MS_COUNTER_STORAGE_WRITE_BYTES] = {SOURCE(storage_write_bytes), "thread.storage_write_bytes"},
    [MS_COUNTER_VOLUNTARY_SWITCHES] = {SOURCE(voluntary_switches), "thread.voluntary_switches"},
    [MS_COUNTER_INVOLUNTARY_SWITCHES] = {SOURCE(involuntary_switches), "thread.involuntary_switches"},
    [MS_COUNTER_RUN_DELAY_NS] = {SOURCE(run_delay_ns), "thread.run_delay"},
    [MS_COUNTER_MINOR_FAULTS] = {SOURCE(minor_faults), "thread.minor_faults"},
    [MS_COUNTER_MAJOR_FAULTS] = {SOURCE(major_faults), "thread.major_faults"},
    [MS_COUNTER_CPU_NS] = {SOURCE(cpu_ns), "thread.cpu"},
#undef SOURCE
};

static bool is_known(const struct ms_thread_counters *reading, size_t offset) {
  return (reading->unavailable >> (offset / sizeof(uint64_t)) & 1) == 0;
}

static uint32_t add_thread(struct ms_threads *threads, uint32_t tid, uint32_t pid) {
  uint32_t index = (uint32_t)threads->items.count;
  ms_vec_push(&threads->items,
              ((struct ms_thread){
                  .tid = tid, .found_as = index, .main = tid == pid, .first_sample = MS_NONE, .last_sample = MS_NONE}));
  return index;
}

static void set_kernel_start(struct ms_thread *thread, const struct ms_run *run, uint64_t boottime_ns) {
  thread->has_kernel_start = true;
  thread->kernel_start_ns = boottime_ns;
  int64_t birth_ns = (int64_t)(boottime_ns - (uint64_t)run->clock.boottime_offset_ns);
  if (!run->clock.calibrated || birth_ns > MS_CLOCK_FARTHEST_NS || birth_ns < -MS_CLOCK_FARTHEST_NS)
    return;
  thread->has_birth = true;
  thread->birth_ns = birth_ns;
}

/* ---- files ---- */

static bool same_thread(const struct ms_thread *thread, const struct ms_stream *stream) {
  if (thread->tid != stream->file.header.tid)
    return false;
  bool tells = stream->verified.has_start &&
               is_known(&stream->verified.start, offsetof(struct ms_thread_counters, thread_start_ns));
  return !thread->has_kernel_start || !tells || thread->kernel_start_ns == stream->verified.start.thread_start_ns;
}

/* One tracked file and one of untracked frees can be the same thread; two tracked files never are. */
static uint32_t thread_of_stream(struct ms_threads *threads, const struct ms_run *run, const struct ms_stream *stream) {
  bool tracked = (stream->file.thread.flags & MS_THREAD_TRACKED) != 0;
  for (size_t i = threads->items.count; i > 0; i--) {
    const struct ms_thread *thread = &threads->items.items[i - 1];
    if (same_thread(thread, stream) && !(thread->tracked && tracked))
      return (uint32_t)(i - 1);
  }
  return add_thread(threads, stream->file.header.tid,
                    run->facts.has_process ? run->facts.pid : stream->file.header.pid);
}

static void take_start(struct ms_thread *thread, const struct ms_run *run, const struct ms_thread_counters *start) {
  int64_t now_ns = ms_clock_ns(&run->clock, start->ticks);
  if (!is_known(start, offsetof(struct ms_thread_counters, thread_start_ns)))
    return;
  set_kernel_start(thread, run, start->thread_start_ns);
  bool young = start->cpu_ns < YOUNG_CPU_NS;
  if (thread->has_birth && young && now_ns - thread->birth_ns >= 0 && now_ns - thread->birth_ns < KERNEL_STEP_NS)
    thread->birth_ns = now_ns;
}

static void take_end(struct ms_thread *thread, const struct ms_run *run, const struct ms_thread_counters *end) {
  thread->has_end = true;
  thread->end_ns = ms_clock_ns(&run->clock, end->ticks);
  thread->has_life = thread->has_birth;
  thread->life_ns = thread->end_ns - thread->birth_ns;
  for (size_t i = 0; i < MS_COUNTERS; i++) {
    if (!is_known(end, sources[i].offset))
      continue;
    uint64_t value;
    memcpy(&value, (const char *)end + sources[i].offset, sizeof value);
    thread->counters[i] = (int64_t)value;
    thread->known_counters |= 1u << i;
  }
}

static void take_stream(struct ms_thread *thread, const struct ms_run *run, const struct ms_stream *stream) {
  const struct ms_verified *verified = &stream->verified;
  thread->dropped_events += stream->file.thread.dropped_events;
  thread->cut_stacks += stream->file.thread.cut_stacks;
  thread->drop_reasons |= stream->file.thread.drop_reasons;
  if (verified->has_start)
    take_start(thread, run, &verified->start);
  if (verified->has_end)
    take_end(thread, run, &verified->end);
  if ((stream->file.thread.flags & MS_THREAD_TRACKED) == 0)
    return;
  thread->tracked = true;
  uint64_t from = verified->has_start ? verified->start.ticks : verified->first_ticks;
  if (from > verified->last_ticks)
    from = verified->last_ticks;
  thread->tracked_from_ns = ms_clock_event_ns(&run->clock, from);
  thread->tracked_to_ns = ms_clock_event_ns(&run->clock, verified->last_ticks);
}

void ms_sightings_in_files(struct ms_threads *threads, const struct ms_run *run) {
  for (size_t i = 0; i < run->streams.count; i++) {
    const struct ms_stream *stream = &run->streams.items[i];
    threads->of_stream[i] = thread_of_stream(threads, run, stream);
    take_stream(&threads->items.items[threads->of_stream[i]], run, stream);
  }
}

/* ---- samples ---- */

/* A stretch of samples in which one thread had a tid. */
struct life {
  uint32_t tid, first_sample, last_sample;
  bool ended; /* seen gone in the sample behind last_sample */
  bool has_start;
  uint64_t start_ns;
};

static void take_samples(struct ms_thread *thread, const struct ms_run *run, const struct life *life) {
  const struct ms_samples *samples = &run->samples;
  thread->first_sample = life->first_sample;
  thread->last_sample = life->last_sample;
  if (life->has_start && !thread->has_kernel_start)
    set_kernel_start(thread, run, life->start_ns);
  if (thread->has_end)
    return; /* its own last reading is exact */
  if (life->ended) {
    thread->has_end = true;
    thread->end_ns = ms_clock_ns(&run->clock, samples->ticks.items[life->last_sample + 1]);
  }
  thread->has_life = thread->has_birth;
  thread->life_ns = ms_clock_ns(&run->clock, samples->ticks.items[life->last_sample]) - thread->birth_ns;
  for (size_t i = 0; i < MS_COUNTERS; i++) {
    size_t hint = 0;
    int64_t value;
    if (!ms_series_at(ms_samples_series(samples, sources[i].metric, life->tid), life->last_sample, &hint, &value))
      continue;
    thread->counters[i] = value;
    thread->known_counters |= 1u << i;
  }
}

static void take_names(struct ms_thread *thread, const struct ms_run *run, const struct life *life) {
  for (size_t i = 0; i < run->samples.names.count; i++) {
    const struct ms_instance_name *name = &run->samples.names.items[i];
    if (name->scope != MS_SCOPE_THREAD || name->instance != life->tid || name->sample < life->first_sample ||
        name->sample > life->last_sample)
      continue;
    uint64_t time_ns = ms_clock_event_ns(&run->clock, run->samples.ticks.items[name->sample]);
    ms_vec_push(&thread->names, ((struct ms_thread_name){time_ns, name->name}));
  }
}

static bool is_same(const struct ms_thread *thread, const struct life *life) {
  if (thread->tid != life->tid || thread->first_sample != MS_NONE)
    return false;
  return !thread->has_kernel_start || !life->has_start || thread->kernel_start_ns == life->start_ns;
}

static void take_life(struct ms_threads *threads, const struct ms_run *run, size_t from_files,
                      const struct life *life) {
  uint32_t index = MS_NONE;
  for (size_t i = 0; index == MS_NONE && i < from_files; i++)
    if (is_same(&threads->items.items[i], life))
      index = (uint32_t)i;
  bool new = index == MS_NONE;
  if (new)
    index = add_thread(threads, life->tid, run->facts.pid);
  take_samples(&threads->items.items[index], run, life);
  if (new)
    take_names(&threads->items.items[index], run, life);
}

/* Walks a thread's `alive` and `start` change points in step. */
static void take_tid(struct ms_threads *threads, const struct ms_run *run, size_t from_files,
                     const struct ms_series *alive) {
  const struct ms_series *start = ms_samples_series(&run->samples, "thread.start", alive->instance);
  uint32_t last_sample = (uint32_t)run->samples.ticks.count - 1;
  size_t hint = 0;
  for (size_t i = 0; i < alive->points.count; i++) {
    if (alive->points.items[i].value == 0)
      continue;
    struct life life = {.tid = alive->instance, .first_sample = alive->points.items[i].sample};
    life.ended = i + 1 < alive->points.count;
    life.last_sample = life.ended ? alive->points.items[i + 1].sample - 1 : last_sample;
    if (life.ended && alive->points.items[i + 1].sample <= life.first_sample)
      continue;
    int64_t value;
    if (ms_series_at(start, life.last_sample, &hint, &value)) {
      life.has_start = true;
      life.start_ns = (uint64_t)value;
    }
    take_life(threads, run, from_files, &life);
  }
}

void ms_sightings_in_samples(struct ms_threads *threads, const struct ms_run *run) {
  uint32_t alive = ms_samples_metric(&run->samples, "thread.alive");
  size_t from_files = threads->items.count;
  for (size_t i = 0; alive != MS_NONE && i < run->samples.series.count; i++)
    if (run->samples.series.items[i].metric == alive)
      take_tid(threads, run, from_files, &run->samples.series.items[i]);
}
