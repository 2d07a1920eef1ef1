/* SPDX-License-Identifier: Apache-2.0
 *
 * roles.c: a value that could not be measured is NAN, and no comparison with NAN holds: it never decides.
 */
#include "analyse/roles.h"

#include <inttypes.h>
#include <math.h>

const char *const ms_role_names[MS_ROLES] = {"memory_intensive", "cpu_intensive", "io_intensive", "balanced",
                                             "lightweight"};
const char *const ms_alert_names[MS_ALERTS] = {"high", "medium", "normal"};
const char *const ms_bottleneck_names[MS_BOTTLENECKS] = {"cpu", "memory", "io", "contention", "balanced"};

static const char *role_reason(enum ms_role role, const struct ms_thread *thread,
                               const struct ms_thresholds *thresholds, struct ms_arena *arena) {
  switch (role) {
  case MS_ROLE_MEMORY_INTENSIVE:
    return ms_arena_format(arena, "Peak of %.1f MiB is above %.0f MiB, with %.0f allocations (above %.0f).",
                           thread->peak_live_bytes / MS_MIB, thresholds->role_memory_peak_bytes / MS_MIB,
                           thread->allocations, thresholds->role_memory_allocations);
  case MS_ROLE_CPU_INTENSIVE:
    return ms_arena_format(arena, "Used %.1f %% of one core, above %.0f %%.", ms_thread_cpu_percent(thread),
                           thresholds->role_cpu_percent);
  case MS_ROLE_IO_INTENSIVE:
    return ms_arena_format(arena, "%.0f I/O operations, above %.0f.", ms_thread_io_operations(thread),
                           thresholds->role_io_operations);
  case MS_ROLE_BALANCED:
    return ms_arena_format(arena, "%.0f allocations (at least %.0f), and no resource above its limit.",
                           thread->allocations, thresholds->role_balanced_allocations_at_least);
  default:
    return ms_arena_format(arena, "%.0f allocation%s, fewer than %.0f, and no resource above its limit.",
                           thread->allocations, ms_sum_is_one(thread->allocations) ? "" : "s",
                           thresholds->role_balanced_allocations_at_least);
  }
}

/* One candidate for what holds a thread or the run up: how many times its threshold it reaches. */
struct pressure {
  enum ms_bottleneck kind;
  double value, threshold;
  const char *text; /* format of value and threshold */
};

static enum ms_bottleneck worst(const struct pressure *pressures, size_t count, struct ms_arena *arena,
                                const char **reason) {
  const struct pressure *largest = NULL;
  for (size_t i = 0; i < count; i++)
    if (pressures[i].value > pressures[i].threshold &&
        (largest == NULL || pressures[i].value / pressures[i].threshold > largest->value / largest->threshold))
      largest = &pressures[i];
  if (largest == NULL) {
    *reason = "No resource is above its limit.";
    return MS_BOTTLENECK_BALANCED;
  }
  *reason = ms_arena_format(arena, "%s: %.1f, above %.0f.", largest->text, largest->value, largest->threshold);
  return largest->kind;
}

static enum ms_bottleneck thread_bottleneck(const struct ms_thread *thread, const struct ms_thresholds *thresholds,
                                            struct ms_arena *arena, const char **reason) {
  const struct pressure pressures[] = {
      {MS_BOTTLENECK_CPU, ms_thread_cpu_percent(thread), thresholds->bottleneck_cpu_percent, "CPU time in % of life"},
      {MS_BOTTLENECK_MEMORY, thread->peak_live_bytes / MS_MIB, thresholds->bottleneck_peak_bytes / MS_MIB,
       "Peak of live memory in MiB"},
      {MS_BOTTLENECK_IO, ms_thread_io_per_second(thread), thresholds->bottleneck_io_per_second,
       "I/O operations per second"},
      {MS_BOTTLENECK_CONTENTION, ms_thread_wait_percent(thread), thresholds->bottleneck_wait_percent,
       "Time waited for a core in % of life"},
  };
  return worst(pressures, sizeof pressures / sizeof *pressures, arena, reason);
}

static enum ms_alert alert_of(const struct ms_thread *thread, const struct ms_thresholds *thresholds) {
  double peak = thread->peak_live_bytes, cpu = ms_thread_cpu_percent(thread);
  if (peak > thresholds->alert_high_peak_bytes || cpu > thresholds->alert_high_cpu_percent)
    return MS_ALERT_HIGH;
  if (peak > thresholds->alert_medium_peak_bytes || cpu > thresholds->alert_medium_cpu_percent)
    return MS_ALERT_MEDIUM;
  return MS_ALERT_NORMAL;
}

struct ms_verdict ms_roles_judge(const struct ms_thread *thread, const struct ms_thresholds *thresholds,
                                 struct ms_arena *arena) {
  double allocations = thread->allocations;
  struct ms_verdict verdict = {.role = MS_ROLE_LIGHTWEIGHT, .alert = alert_of(thread, thresholds)};
  verdict.matches[MS_ROLE_MEMORY_INTENSIVE] =
      thread->peak_live_bytes > thresholds->role_memory_peak_bytes && allocations > thresholds->role_memory_allocations;
  verdict.matches[MS_ROLE_CPU_INTENSIVE] = ms_thread_cpu_percent(thread) > thresholds->role_cpu_percent;
  verdict.matches[MS_ROLE_IO_INTENSIVE] = ms_thread_io_operations(thread) > thresholds->role_io_operations;
  verdict.matches[MS_ROLE_BALANCED] = allocations >= thresholds->role_balanced_allocations_at_least;
  for (unsigned role = MS_ROLES; role > 0; role--)
    if (verdict.matches[role - 1])
      verdict.role = (enum ms_role)(role - 1);
  verdict.matches[verdict.role] = true;
  verdict.role_reason = role_reason(verdict.role, thread, thresholds, arena);
  verdict.bottleneck = thread_bottleneck(thread, thresholds, arena, &verdict.bottleneck_reason);
  return verdict;
}

enum ms_bottleneck ms_roles_judge_run(const struct ms_run_load *load, const struct ms_thresholds *thresholds,
                                      struct ms_arena *arena, const char **reason) {
  const struct pressure pressures[] = {
      {MS_BOTTLENECK_CPU, load->cpu_percent_of_cores, thresholds->run_bottleneck_cpu_percent_of_cores,
       "CPU time in % of all cores"},
      {MS_BOTTLENECK_MEMORY, load->memory_percent, thresholds->run_bottleneck_memory_percent,
       "Most resident memory in % of the machine's"},
      {MS_BOTTLENECK_IO, load->io_per_second, thresholds->run_bottleneck_io_per_second, "I/O operations per second"},
      {MS_BOTTLENECK_CONTENTION, load->wait_percent, thresholds->run_bottleneck_wait_percent,
       "Time waited for a core in % of the time that threads could run"},
  };
  return worst(pressures, sizeof pressures / sizeof *pressures, arena, reason);
}
