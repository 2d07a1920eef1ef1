/* SPDX-License-Identifier: Apache-2.0
 *
 * sightings.c: see sightings.h.
 *
 * Birth. The kernel tells a start time in steps of 10 ms. What a thread had run and waited when its tracking began
 * tells when it was born; if that lies within the step it is exact, else (it had slept) the kernel's time stands.
 *
 * I/O. /proc counts what MemScope itself reads and writes in a thread, too; that is recorded beside it and taken off.
 */
#include "analyse/sightings.h"

#define KERNEL_STEP_NS 10000000

/* Where each counter stands in the thread's own reading, and what the samples call it. */
static const struct {
  size_t offset;
  const char *metric;
  size_t own_offset; /* MemScope's own part of it; 0: none */
  const char *own_metric;
} sources[MS_COUNTERS] = {
#define SOURCE(field) offsetof(struct ms_thread_counters, field)
#define NO_OWN 0, NULL
#define OWN(field) SOURCE(own_##field), "thread.own_" #field
    [MS_COUNTER_USER_NS] = {SOURCE(user_ns), "thread.user", NO_OWN},
    [MS_COUNTER_SYSTEM_NS] = {SOURCE(system_ns), "thread.system", NO_OWN},
    [MS_COUNTER_READ_CALLS] = {SOURCE(read_calls), "thread.read_calls", OWN(read_calls)},
    [MS_COUNTER_WRITE_CALLS] = {SOURCE(write_calls), "thread.write_calls", OWN(write_calls)},
    [MS_COUNTER_READ_BYTES] = {SOURCE(read_bytes), "thread.read_bytes", OWN(read_bytes)},
    [MS_COUNTER_WRITE_BYTES] = {SOURCE(write_bytes), "thread.write_bytes", OWN(write_bytes)},
    [MS_COUNTER_STORAGE_READ_BYTES] = {SOURCE(storage_read_bytes), "thread.storage_read_bytes", NO_OWN},
    [MS_COUNTER_STORAGE_WRITE_BYTES] = {SOURCE(storage_write_bytes), "thread.storage_write_bytes", NO_OWN},
    [MS_COUNTER_VOLUNTARY_SWITCHES] = {SOURCE(voluntary_switches), "thread.voluntary_switches", NO_OWN},
    [MS_COUNTER_INVOLUNTARY_SWITCHES] = {SOURCE(involuntary_switches), "thread.involuntary_switches", NO_OWN},
    [MS_COUNTER_RUN_DELAY_NS] = {SOURCE(run_delay_ns), "thread.run_delay", NO_OWN},
    [MS_COUNTER_MINOR_FAULTS] = {SOURCE(minor_faults), "thread.minor_faults", NO_OWN},
    [MS_COUNTER_MAJOR_FAULTS] = {SOURCE(major_faults), "thread.major_faults", NO_OWN},
    [MS_COUNTER_CPU_NS] = {SOURCE(cpu_ns), "thread.cpu", NO_OWN},
#undef NO_OWN
#undef OWN
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

/* Several files can be of one thread: frees before it was tracked, or tracked more than once by hand. */
static uint32_t thread_of_stream(struct ms_threads *threads, const struct ms_run *run, const struct ms_stream *stream) {
  for (size_t i = threads->items.count; i > 0; i--) {
    const struct ms_thread *thread = &threads->items.items[i - 1];
    if (same_thread(thread, stream))
      return (uint32_t)(i - 1);
  }
  return add_thread(threads, stream->file.header.tid,
                    run->facts.has_process ? run->facts.pid : stream->file.header.pid);
}

static int64_t counter_of(const struct ms_thread_counters *reading, size_t offset) {
  uint64_t value;
  memcpy(&value, (const char *)reading + offset, sizeof value);
  return (int64_t)value;
}

/* What is left of a count without MemScope's own part. A trace can say anything of both: no count is negative. */
static int64_t without_own(int64_t all, int64_t own) {
  int64_t part = own < 0 ? all : all > own ? all - own : 0;
  return part < 0 ? 0 : part;
}

/* The program's part of a counter; false where the thread could not read it. */
static bool read_counter(const struct ms_thread_counters *reading, size_t which, int64_t *value) {
  if (!is_known(reading, sources[which].offset))
    return false;
  int64_t own = sources[which].own_metric == NULL ? 0 : counter_of(reading, sources[which].own_offset);
  *value = without_own(counter_of(reading, sources[which].offset), own);
  return true;
}

static void take_start(struct ms_thread *thread, const struct ms_run *run, const struct ms_thread_counters *start) {
  int64_t now_ns = ms_clock_ns(&run->clock, start->ticks);
  if (!is_known(start, offsetof(struct ms_thread_counters, thread_start_ns)))
    return;
  bool first = !thread->has_kernel_start;
  set_kernel_start(thread, run, start->thread_start_ns);
  int64_t born_ns = (int64_t)((uint64_t)now_ns - start->cpu_ns - start->run_delay_ns);
  if (thread->has_birth && born_ns >= thread->birth_ns && born_ns < thread->birth_ns + KERNEL_STEP_NS)
    thread->birth_ns = born_ns;
  /* It was there before the run: what it had done by then is none of the run's. */
  for (size_t i = 0; first && thread->has_birth && thread->birth_ns < 0 && i < MS_COUNTERS; i++)
    read_counter(start, i, &thread->before_run[i]);
}

static void take_end(struct ms_thread *thread, const struct ms_run *run, const struct ms_thread_counters *end) {
  int64_t end_ns = ms_clock_ns(&run->clock, end->ticks);
  if (thread->has_end && thread->end_ns >= end_ns)
    return; /* another of its files reaches further */
  thread->has_end = true;
  thread->end_ns = end_ns;
  thread->has_life = thread->has_birth;
  thread->life_ns = thread->end_ns - thread->birth_ns;
  for (size_t i = 0; i < MS_COUNTERS; i++)
    if (read_counter(end, i, &thread->counters[i]))
      thread->known_counters |= 1u << i;
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
  bool again = thread->tracked;
  thread->tracked = true;
  uint64_t from = verified->has_start ? verified->start.ticks : verified->first_ticks;
  if (from > verified->last_ticks)
    from = verified->last_ticks;
  uint64_t from_ns = ms_clock_event_ns(&run->clock, from), to_ns = ms_clock_event_ns(&run->clock, verified->last_ticks);
  if (!again || from_ns < thread->tracked_from_ns)
    thread->tracked_from_ns = from_ns;
  if (!again || to_ns > thread->tracked_to_ns)
    thread->tracked_to_ns = to_ns;
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

/* The program's part of a counter as a sample has it. */
static bool sampled_counter(const struct ms_samples *samples, size_t which, uint32_t tid, uint32_t sample,
                            int64_t *value) {
  size_t hint = 0;
  int64_t own = 0;
  if (!ms_series_at(ms_samples_series(samples, sources[which].metric, tid), sample, &hint, value))
    return false;
  hint = 0;
  if (sources[which].own_metric != NULL)
    ms_series_at(ms_samples_series(samples, sources[which].own_metric, tid), sample, &hint, &own);
  *value = without_own(*value, own);
  return true;
}

static void take_samples(struct ms_thread *thread, const struct ms_run *run, const struct life *life) {
  const struct ms_samples *samples = &run->samples;
  thread->first_sample = life->first_sample;
  thread->last_sample = life->last_sample;
  if (life->has_start && !thread->has_kernel_start)
    set_kernel_start(thread, run, life->start_ns);
  for (size_t i = 0; life->first_sample == 0 && i < MS_COUNTERS; i++) {
    int64_t value;
    /* Taken when the run began; but a short life may be over by then, and its own first reading be the earlier one. */
    if (sampled_counter(samples, i, life->tid, 0, &value) && (!thread->tracked || value < thread->before_run[i]))
      thread->before_run[i] = value;
  }
  if (thread->has_end)
    return; /* its own last reading is exact */
  if (life->ended) {
    thread->has_end = true;
    thread->end_ns = ms_clock_ns(&run->clock, samples->ticks.items[life->last_sample + 1]);
  }
  thread->has_life = thread->has_birth;
  thread->life_ns = ms_clock_ns(&run->clock, samples->ticks.items[life->last_sample]) - thread->birth_ns;
  for (size_t i = 0; i < MS_COUNTERS; i++)
    if (sampled_counter(samples, i, life->tid, life->last_sample, &thread->counters[i]))
      thread->known_counters |= 1u << i;
}

static void take_names(struct ms_thread *thread, const struct ms_run *run, const struct life *life) {
  for (size_t i = ms_samples_names(&run->samples, MS_SCOPE_THREAD, life->tid, life->first_sample);
       i < run->samples.names.count; i++) {
    const struct ms_instance_name *name = &run->samples.names.items[i];
    if (name->scope != MS_SCOPE_THREAD || name->instance != life->tid || name->sample > life->last_sample)
      break;
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

/* A sample can miss a thread that is there: two stretches with one start time are one life. */
static bool continues(const struct life *life, const struct life *next) {
  return life->has_start && next->has_start && life->start_ns == next->start_ns;
}

/* Walks a thread's `alive` and `start` change points in step. */
static void take_tid(struct ms_threads *threads, const struct ms_run *run, size_t from_files,
                     const struct ms_series *alive) {
  const struct ms_series *start = ms_samples_series(&run->samples, "thread.start", alive->instance);
  uint32_t last_sample = (uint32_t)run->samples.ticks.count - 1;
  size_t hint = 0;
  struct life whole;
  bool pending = false;
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
    if (pending && continues(&whole, &life))
      life.first_sample = whole.first_sample;
    else if (pending)
      take_life(threads, run, from_files, &whole);
    whole = life;
    pending = true;
  }
  if (pending)
    take_life(threads, run, from_files, &whole);
}

void ms_sightings_in_samples(struct ms_threads *threads, const struct ms_run *run) {
  uint32_t alive = ms_samples_metric(&run->samples, "thread.alive");
  size_t from_files = threads->items.count;
  for (size_t i = 0; alive != MS_NONE && i < run->samples.series.count; i++)
    if (run->samples.series.items[i].metric == alive)
      take_tid(threads, run, from_files, &run->samples.series.items[i]);
}
