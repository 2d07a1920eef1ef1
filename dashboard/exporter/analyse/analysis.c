/* SPDX-License-Identifier: Apache-2.0
 *
 * analysis.c: the order of the analyses, and the sums over all threads.
 */
#include "analyse/analysis.h"

#include "merge/merge.h"

#include <math.h>
#include <time.h>

double ms_analysis_now(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void take_change(struct ms_analysis *analysis, const struct ms_change *change) {
  ms_threads_change(&analysis->threads, change);
  ms_usage_change(&analysis->usage, change);
  ms_sites_change(&analysis->sites, change);
  ms_timeline_change(&analysis->timeline, change, analysis->sites.of_stack[change->block.stack]);
  ms_correlations_change(&analysis->correlations, analysis->run, change);
}

static void take_event(struct ms_analysis *analysis, const struct ms_event *event) {
  uint32_t thread = analysis->threads.of_stream[event->stream];
  struct ms_change changes[2];
  while (ms_heap_expire(&analysis->heap, event->time_ns, &changes[0]))
    take_change(analysis, &changes[0]);
  ms_threads_event(&analysis->threads, event);
  ms_sample_event(&analysis->sample, event, thread);
  if (event->kind == MS_EVENT_ALLOC || event->kind == MS_EVENT_FREE) {
    uint32_t stack = ms_stack_ids_get(&analysis->run->streams.items[event->stream].stack_ids, event->stack_id);
    unsigned count = ms_heap_apply(&analysis->heap, event, thread, stack, changes);
    for (unsigned i = 0; i < count; i++)
      take_change(analysis, &changes[i]);
  } else if (event->kind == MS_EVENT_MARK || event->kind == MS_EVENT_PHASE_ENTER ||
             event->kind == MS_EVENT_PHASE_EXIT) {
    ms_timeline_mark(&analysis->timeline, event, thread);
  }
}

static void replay(struct ms_analysis *analysis) {
  struct ms_merge merge;
  struct ms_event event;
  struct ms_progress progress;
  struct ms_change change;
  uint64_t done = 0;
  ms_progress_start(&progress, "analysing", analysis->run->records);
  ms_merge_start(&merge, analysis->run);
  while (ms_merge_next(&merge, &event)) {
    take_event(analysis, &event);
    ms_progress_at(&progress, ++done);
  }
  while (ms_heap_expire(&analysis->heap, UINT64_MAX, &change))
    take_change(analysis, &change);
  ms_merge_free(&merge);
  ms_progress_end(&progress);
}

/* ---- sums ---- */

static double cpu_in_run(const struct ms_thread *thread) {
  if ((thread->known_counters >> MS_COUNTER_CPU_NS & 1) != 0)
    return ms_thread_counter_in_run(thread, MS_COUNTER_CPU_NS);
  return ms_thread_counter_in_run(thread, MS_COUNTER_USER_NS) + ms_thread_counter_in_run(thread, MS_COUNTER_SYSTEM_NS);
}

static void sum_threads(struct ms_analysis *analysis) {
  struct ms_summary *summary = &analysis->summary;
  double cpu_ns = 0, wait_ns = 0, io = 0;
  for (size_t i = 0; i < analysis->threads.items.count; i++) {
    const struct ms_thread *thread = &analysis->threads.items.items[i];
    analysis->verdicts[i] = ms_roles_judge(thread, analysis->thresholds, &analysis->arena);
    summary->roles[analysis->verdicts[i].role]++;
    summary->alerts[analysis->verdicts[i].alert]++;
    summary->recorded_allocations += thread->recorded_allocations;
    summary->recorded_deallocations += thread->recorded_deallocations;
    summary->estimated |= thread->estimated;
    summary->allocations += thread->allocations;
    summary->deallocations += thread->deallocations;
    summary->bytes_allocated += thread->bytes_allocated;
    summary->bytes_deallocated += thread->bytes_deallocated;
    summary->foreign_deallocations += thread->foreign_deallocations;
    summary->dropped_events += thread->dropped_events;
    summary->cut_stacks += thread->cut_stacks;
    cpu_ns += cpu_in_run(thread);
    wait_ns += ms_thread_counter_in_run(thread, MS_COUNTER_RUN_DELAY_NS);
    io += ms_thread_counter_in_run(thread, MS_COUNTER_READ_CALLS) +
          ms_thread_counter_in_run(thread, MS_COUNTER_WRITE_CALLS);
  }
  double duration_ns = (double)analysis->run->duration_ns;
  bool measured = analysis->threads.items.count > 0 && duration_ns > 0;
  summary->average_cpu_percent = measured ? cpu_ns / duration_ns * 100 : NAN;
  summary->load.io_per_second = measured ? io / duration_ns * 1e9 : NAN;
  summary->load.wait_percent = wait_ns + cpu_ns > 0 ? wait_ns / (wait_ns + cpu_ns) * 100 : NAN;
}

static double most(const struct ms_run *run, const char *metric) {
  const struct ms_series *series = ms_samples_series(&run->samples, metric, 0);
  double largest = NAN;
  for (size_t i = 0; series != NULL && i < series->points.count; i++)
    largest = fmax(largest, (double)series->points.items[i].value);
  return largest;
}

static void judge_run(struct ms_analysis *analysis) {
  struct ms_run_load *load = &analysis->summary.load;
  uint32_t cores = analysis->run->facts.cores;
  load->cpu_percent_of_cores = cores > 0 ? analysis->summary.average_cpu_percent / cores : NAN;
  load->memory_percent = most(analysis->run, "process.rss") / most(analysis->run, "system.memory_total") * 100;
  analysis->summary.bottleneck =
      ms_roles_judge_run(load, analysis->thresholds, &analysis->arena, &analysis->summary.bottleneck_reason);
}

/* Which space the blocks of each stack lie in, by the function at its call site. */
static const uint8_t *find_spaces(struct ms_analysis *analysis, const struct ms_run *run) {
  uint8_t *spaces = ms_arena_new(&analysis->arena, run->stacks.stacks.count);
  for (size_t i = 0; i < run->stacks.stacks.count; i++) {
    const struct ms_site *site = ms_facts_site(&run->facts, run->stacks.stacks.items[i].site);
    spaces[i] = (uint8_t)ms_space_of_family(site != NULL ? site->family : MS_FAMILY_MALLOC);
  }
  return spaces;
}

/* Marks the modules that frames of the stacks are in. */
static bool *find_modules(const struct ms_run *run) {
  bool *has_frames = ms_memory_new(run->facts.modules.count, sizeof *has_frames);
  for (size_t i = 0; i < run->stacks.frames.count; i++)
    if (run->stacks.frames.items[i].module != MS_NONE)
      has_frames[run->stacks.frames.items[i].module] = true;
  return has_frames;
}

void ms_analysis_run(struct ms_analysis *analysis, const struct ms_run *run, const struct ms_thresholds *thresholds,
                     double started) {
  analysis->run = run;
  analysis->thresholds = thresholds;
  ms_strings_start(&analysis->strings);
  analysis->symbols = ms_symbols_new(&run->facts, &analysis->strings);
  analysis->has_frames = find_modules(run);
  ms_threads_build(&analysis->threads, run);
  size_t thread_count = analysis->threads.items.count;
  analysis->verdicts = ms_memory_new(thread_count, sizeof *analysis->verdicts);
  analysis->usage.duration_ns = run->duration_ns;
  analysis->usage.thresholds = thresholds;
  ms_sites_start(&analysis->sites, run);
  ms_timeline_start(&analysis->timeline, run->duration_ns, thread_count);
  ms_correlations_start(&analysis->correlations, thread_count);
  ms_sample_start(&analysis->sample, run->streams.count);
  analysis->heap.space_of_stack = find_spaces(analysis, run);

  replay(analysis);

  ms_usage_end(&analysis->usage);
  ms_sites_end(&analysis->sites, run, &analysis->usage, analysis->symbols, &analysis->strings);
  ms_timeline_renumber_sites(&analysis->timeline, analysis->sites.place);
  ms_stacks_build(&analysis->stacks, run, &analysis->usage, analysis->symbols, &analysis->strings);
  ms_types_sum(&analysis->types, &analysis->sites);
  ms_leaks_find(&analysis->leaks, &analysis->usage);
  ms_correlations_end(&analysis->correlations, run, &analysis->threads);
  sum_threads(analysis);
  analysis->summary.unmatched_deallocations = analysis->heap.unmatched_frees;
  analysis->summary.implicit_frees = analysis->heap.implicit_frees;
  analysis->summary.crossings = analysis->heap.crossings;
  judge_run(analysis);
  ms_insights_find(&analysis->insights, analysis);
  analysis->summary.seconds = ms_analysis_now() - started;
}

bool ms_analysis_agrees_with_counts(const struct ms_analysis *analysis) {
  uint64_t exact = analysis->sites.exact_calls, recorded = analysis->summary.recorded_allocations;
  return ms_sample_is_one(&analysis->sample) ? recorded <= exact : recorded == exact;
}

bool ms_analysis_lacks_symbols(const struct ms_analysis *analysis, uint32_t module) {
  return analysis->has_frames[module] && ms_symbols_source(analysis->symbols, module) == MS_SYMBOLS_NONE;
}

void ms_analysis_free(struct ms_analysis *analysis) {
  ms_insights_free(&analysis->insights);
  ms_correlations_free(&analysis->correlations);
  ms_timeline_free(&analysis->timeline);
  ms_leaks_free(&analysis->leaks);
  ms_types_free(&analysis->types);
  ms_stacks_free(&analysis->stacks);
  ms_sites_free(&analysis->sites);
  ms_usage_free(&analysis->usage);
  ms_heap_free(&analysis->heap);
  ms_sample_free(&analysis->sample);
  ms_threads_free(&analysis->threads);
  free(analysis->verdicts);
  free(analysis->has_frames);
  ms_symbols_free(analysis->symbols);
  ms_strings_free(&analysis->strings);
  ms_arena_free(&analysis->arena);
}
