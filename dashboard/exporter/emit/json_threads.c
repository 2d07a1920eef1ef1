/* SPDX-License-Identifier: Apache-2.0
 *
 * json_threads.c: the threads of the report.
 */
#include "emit/json.h"

#include <math.h>

static void life(struct ms_json *json, const struct ms_thread *thread) {
  ms_json_array(json, "names");
  for (size_t i = 0; i < thread->names.count; i++) {
    ms_json_object(json, NULL);
    ms_json_u64(json, "time_ns", thread->names.items[i].time_ns);
    ms_json_text(json, "name", thread->names.items[i].name);
    ms_json_end_object(json);
  }
  ms_json_end_array(json);
  ms_json_real(json, "start_ns", thread->has_birth ? (double)thread->birth_ns : NAN);
  ms_json_real(json, "end_ns", thread->has_end ? (double)thread->end_ns : NAN);
  ms_json_real(json, "tracked_from_ns", thread->tracked ? (double)thread->tracked_from_ns : NAN);
  ms_json_real(json, "tracked_to_ns", thread->tracked ? (double)thread->tracked_to_ns : NAN);
}

static void scopes(struct ms_json *json, const struct ms_analysis *analysis, const struct ms_thread *thread) {
  const struct ms_facts *facts = &analysis->run->facts;
  ms_json_array(json, "scopes");
  for (size_t i = 0; i < thread->scopes.count; i++) {
    uint32_t index = ms_map_get(&facts->scope_by_id, thread->scopes.items[i]);
    if (index != MS_NONE)
      ms_json_text(json, NULL, facts->scopes.items[index].name);
  }
  ms_json_end_array(json);
}

static void judgement(struct ms_json *json, const struct ms_verdict *verdict) {
  ms_json_text(json, "role", ms_role_names[verdict->role]);
  ms_json_array(json, "secondary_roles");
  for (unsigned role = 0; role < MS_ROLES; role++)
    if (verdict->matches[role] && role != verdict->role)
      ms_json_text(json, NULL, ms_role_names[role]);
  ms_json_end_array(json);
  ms_json_text(json, "alert", ms_alert_names[verdict->alert]);
  ms_json_text(json, "role_reason", verdict->role_reason);
  ms_json_text(json, "bottleneck", ms_bottleneck_names[verdict->bottleneck]);
  ms_json_text(json, "bottleneck_reason", verdict->bottleneck_reason);
}

static double percent(ms_sum part, ms_sum whole) { return whole > 0 ? part / whole * 100 : NAN; }

static void memory(struct ms_json *json, const struct ms_thread *thread) {
  ms_json_bool(json, "estimated", thread->estimated);
  ms_json_u64(json, "recorded_allocations", thread->recorded_allocations);
  ms_json_sum(json, "allocations", thread->allocations);
  ms_json_sum(json, "deallocations", thread->deallocations);
  ms_json_sum(json, "bytes_allocated", thread->bytes_allocated);
  ms_json_sum(json, "bytes_deallocated", thread->bytes_deallocated);
  ms_json_sum(json, "live_bytes_at_exit", thread->live_bytes);
  ms_json_sum(json, "live_blocks_at_exit", thread->live_blocks);
  ms_json_sum(json, "peak_live_bytes", thread->peak_live_bytes);
  ms_json_u64(json, "peak_time_ns", thread->peak_time_ns);
  ms_json_real(json, "average_size_bytes",
               thread->allocations > 0 ? thread->bytes_allocated / thread->allocations : NAN);
  ms_json_real(json, "allocations_per_second", ms_thread_rate(thread, thread->allocations));
  ms_json_real(json, "bytes_per_second", ms_thread_rate(thread, thread->bytes_allocated));
  ms_json_real(json, "efficiency_percent", percent(thread->blocks_freed, thread->allocations));
  ms_json_real(json, "efficiency_bytes_percent", percent(thread->bytes_freed, thread->bytes_allocated));
  ms_json_sum(json, "foreign_deallocations", thread->foreign_deallocations);
  ms_json_sum(json, "freed_by_others", thread->freed_by_others);
  ms_json_sum(json, "temporary_allocations", thread->temporary);
}

static void counters(struct ms_json *json, const struct ms_thread *thread) {
  static const char *const keys[MS_COUNTER_CPU_NS] = {
      [MS_COUNTER_USER_NS] = "cpu_user_ns",
      [MS_COUNTER_SYSTEM_NS] = "cpu_system_ns",
      [MS_COUNTER_READ_CALLS] = "read_calls",
      [MS_COUNTER_WRITE_CALLS] = "write_calls",
      [MS_COUNTER_READ_BYTES] = "read_bytes",
      [MS_COUNTER_WRITE_BYTES] = "write_bytes",
      [MS_COUNTER_STORAGE_READ_BYTES] = "storage_read_bytes",
      [MS_COUNTER_STORAGE_WRITE_BYTES] = "storage_write_bytes",
      [MS_COUNTER_VOLUNTARY_SWITCHES] = "voluntary_switches",
      [MS_COUNTER_INVOLUNTARY_SWITCHES] = "involuntary_switches",
      [MS_COUNTER_RUN_DELAY_NS] = "run_delay_ns",
      [MS_COUNTER_MINOR_FAULTS] = "minor_faults",
      [MS_COUNTER_MAJOR_FAULTS] = "major_faults",
  };
  ms_json_real(json, "cpu_percent", ms_thread_cpu_percent(thread));
  ms_json_real(json, "io_operations", ms_thread_io_operations(thread));
  for (unsigned i = 0; i < MS_COUNTER_CPU_NS; i++)
    if ((thread->known_counters >> i & 1) != 0)
      ms_json_i64(json, keys[i], thread->counters[i]);
    else
      ms_json_null(json, keys[i]);
}

/* Classes from the first to the last that is not empty. */
static void histogram(struct ms_json *json, const char *key, const struct ms_histogram_class *classes, unsigned count,
                      uint64_t (*from)(unsigned)) {
  unsigned first = 0, end = count;
  while (first < count && classes[first].count == 0)
    first++;
  while (end > first && classes[end - 1].count == 0)
    end--;
  ms_json_array(json, key);
  for (unsigned i = first; i < end; i++) {
    ms_json_object(json, NULL);
    ms_json_u64(json, "from", from(i));
    ms_json_u64(json, "to", from(i + 1));
    ms_json_sum(json, "count", classes[i].count);
    ms_json_sum(json, "bytes", classes[i].bytes);
    ms_json_end_object(json);
  }
  ms_json_end_array(json);
}

void ms_json_threads(struct ms_json *json, const struct ms_analysis *analysis) {
  ms_json_array(json, "threads");
  for (size_t i = 0; i < analysis->threads.items.count; i++) {
    const struct ms_thread *thread = &analysis->threads.items.items[i];
    ms_json_object(json, NULL);
    ms_json_u64(json, "index", i);
    ms_json_u64(json, "tid", thread->tid);
    ms_json_text(json, "name", ms_thread_name(thread));
    ms_json_bool(json, "tracked", thread->tracked);
    ms_json_bool(json, "main", thread->main);
    life(json, thread);
    scopes(json, analysis, thread);
    judgement(json, &analysis->verdicts[i]);
    memory(json, thread);
    counters(json, thread);
    histogram(json, "size_histogram", thread->sizes, MS_SIZE_CLASSES, ms_histogram_size_from);
    histogram(json, "lifetime_histogram", thread->lifetimes, MS_LIFETIME_CLASSES, ms_histogram_lifetime_from);
    ms_json_end_object(json);
  }
  ms_json_end_array(json);
}
