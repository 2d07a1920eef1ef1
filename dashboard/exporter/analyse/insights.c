/* SPDX-License-Identifier: Apache-2.0
 *
 * insights.c: one function a kind of finding; how many of a kind and from where on, the thresholds say.
 */
#include "analyse/insights.h"

#include "analyse/analysis.h"

#include <inttypes.h>
#include <math.h>

#define MAD_TO_SIGMA 0.6745 /* median absolute deviation of a normal distribution, in standard deviations */

const char *const ms_insight_kind_names[MS_INSIGHT_KINDS] = {"alert",      "leak",    "hotspot", "temporary",
                                                             "bottleneck", "anomaly", "info"};
const char *const ms_severity_names[MS_SEVERITIES] = {"high", "medium", "info"};

static struct ms_insight *add(struct ms_insights *insights, enum ms_insight_kind kind, enum ms_severity severity) {
  ms_vec_push(&insights->items,
              ((struct ms_insight){.kind = kind, .severity = severity, .thread = MS_NONE, .site = MS_NONE}));
  return &insights->items.items[insights->items.count - 1];
}

static void prove(struct ms_insight *insight, const char *name, double value) {
  for (unsigned i = 0; i < MS_EVIDENCE_MAX; i++) {
    if (insight->evidence[i].name != NULL)
      continue;
    insight->evidence[i].name = name;
    insight->evidence[i].value = value;
    return;
  }
}

static const char *thread_text(struct ms_insights *insights, const struct ms_analysis *analysis, uint32_t thread) {
  const struct ms_thread *facts = &analysis->threads.items.items[thread];
  const char *name = ms_thread_name(facts);
  return name[0] == '\0' ? ms_arena_format(&insights->arena, "thread %u", facts->tid)
                         : ms_arena_format(&insights->arena, "%s (%u)", name, facts->tid);
}

/* The file's name without its directories: the report has the whole path in `call_sites`. */
static const char *site_text(struct ms_insights *insights, const struct ms_analysis *analysis, uint32_t site) {
  const struct ms_call_site *facts = &analysis->sites.items.items[site];
  if (facts->file[0] == '\0')
    return facts->function;
  const char *slash = strrchr(facts->file, '/');
  const char *base = slash == NULL ? facts->file : slash + 1;
  return facts->line == 0 ? ms_arena_format(&insights->arena, "%s (%s)", facts->function, base)
                          : ms_arena_format(&insights->arena, "%s (%s:%u)", facts->function, base, facts->line);
}

static const char *bytes_text(struct ms_insights *insights, ms_sum bytes) {
  static const char *const units[] = {"B", "KiB", "MiB", "GiB", "TiB"};
  double value = bytes;
  unsigned unit = 0;
  for (; value >= 1024 && unit + 1 < sizeof units / sizeof *units; unit++)
    value /= 1024;
  return ms_arena_format(&insights->arena, "%.*f %s", unit == 0 || value >= 100 ? 0 : 1, value, units[unit]);
}

/* "1 block of 4.0 KiB", "2 blocks of together 8.0 KiB" */
static const char *blocks_text(struct ms_insights *insights, ms_sum blocks, ms_sum bytes) {
  return ms_arena_format(&insights->arena, ms_sum_is_one(blocks) ? "%.0f block of %s" : "%.0f blocks of together %s",
                         ms_sum_whole(blocks), bytes_text(insights, bytes));
}

static void find_bottleneck(struct ms_insights *insights, const struct ms_analysis *analysis) {
  static const char *const titles[MS_BOTTLENECKS] = {[MS_BOTTLENECK_CPU] = "The run is held up by CPU time",
                                                     [MS_BOTTLENECK_MEMORY] = "The run is held up by memory",
                                                     [MS_BOTTLENECK_IO] = "The run is held up by I/O",
                                                     [MS_BOTTLENECK_CONTENTION] =
                                                         "Threads waited for a core (in the run queue, not for locks)",
                                                     [MS_BOTTLENECK_BALANCED] = "No single resource holds the run up"};
  const struct ms_summary *summary = &analysis->summary;
  bool balanced = summary->bottleneck == MS_BOTTLENECK_BALANCED;
  struct ms_insight *insight = add(insights, MS_INSIGHT_BOTTLENECK, balanced ? MS_SEVERITY_INFO : MS_SEVERITY_MEDIUM);
  insight->title = titles[summary->bottleneck];
  insight->detail = summary->bottleneck_reason;
  prove(insight, "cpu_percent_of_cores", summary->load.cpu_percent_of_cores);
  prove(insight, "memory_percent", summary->load.memory_percent);
  prove(insight, "io_per_second", summary->load.io_per_second);
  prove(insight, "wait_percent", summary->load.wait_percent);
}

static bool holds_much(const struct ms_analysis *analysis, uint32_t thread) {
  return analysis->threads.items.items[thread].peak_live_bytes > analysis->thresholds->alert_high_peak_bytes;
}

static void add_alert(struct ms_insights *insights, const struct ms_analysis *analysis, uint32_t index, bool memory) {
  const struct ms_thread *thread = &analysis->threads.items.items[index];
  struct ms_insight *insight = add(insights, MS_INSIGHT_ALERT, memory ? MS_SEVERITY_HIGH : MS_SEVERITY_MEDIUM);
  insight->thread = index;
  insight->title = ms_arena_format(&insights->arena, "%s uses much %s", thread_text(insights, analysis, index),
                                   memory ? "memory" : "CPU time");
  insight->detail = memory ? ms_arena_format(&insights->arena, "It held %s at its peak.",
                                             bytes_text(insights, thread->peak_live_bytes))
                           : ms_arena_format(&insights->arena, "It used %.1f %% of a core over its life.",
                                             ms_thread_cpu_percent(thread));
  prove(insight, "peak_live_bytes", ms_sum_whole(thread->peak_live_bytes));
  prove(insight, "cpu_percent", ms_thread_cpu_percent(thread));
}

static bool weighs_more(const struct ms_analysis *analysis, uint32_t a, uint32_t b, bool memory) {
  const struct ms_thread *one = &analysis->threads.items.items[a], *other = &analysis->threads.items.items[b];
  return memory ? one->peak_live_bytes > other->peak_live_bytes
                : ms_thread_cpu_percent(one) > ms_thread_cpu_percent(other);
}

/* Threads above the alert's peak (`memory`), or those that are above its CPU time alone; the most first: what is cut is
 * the least. */
static void find_alerts(struct ms_insights *insights, const struct ms_analysis *analysis, bool memory) {
  unsigned left = (unsigned)analysis->thresholds->insight_most_of_a_kind;
  uint32_t count = (uint32_t)analysis->threads.items.count;
  bool *told = ms_memory_new(count, sizeof *told);
  for (; left > 0; left--) {
    uint32_t best = MS_NONE;
    for (uint32_t i = 0; i < count; i++)
      if (analysis->verdicts[i].alert == MS_ALERT_HIGH && holds_much(analysis, i) == memory && !told[i] &&
          (best == MS_NONE || weighs_more(analysis, i, best, memory)))
        best = i;
    if (best == MS_NONE)
      break;
    told[best] = true;
    add_alert(insights, analysis, best, memory);
  }
  free(told);
}

/* What a call site leaks, over all its stacks and threads. */
struct site_leak {
  uint32_t site;
  bool growth;
  ms_sum blocks, bytes;
};

static int by_leaked_bytes(const void *left, const void *right) {
  const struct site_leak *a = left, *b = right;
  if (a->bytes != b->bytes)
    return a->bytes > b->bytes ? -1 : 1;
  return a->site < b->site ? -1 : a->site > b->site;
}

/* Blocks are leaked only for sure when the run was recorded to its end: a release may be what is missing. */
static bool saw_the_end(const struct ms_analysis *analysis) {
  return analysis->run->facts.ended && analysis->run->damage.items.count == 0;
}

static void add_leak(struct ms_insights *insights, const struct ms_analysis *analysis, const struct site_leak *leak) {
  bool sure = saw_the_end(analysis);
  enum ms_severity severity = !sure ? MS_SEVERITY_INFO : leak->growth ? MS_SEVERITY_HIGH : MS_SEVERITY_MEDIUM;
  struct ms_insight *insight = add(insights, MS_INSIGHT_LEAK, severity);
  const char *site = site_text(insights, analysis, leak->site);
  insight->site = leak->site;
  insight->title = ms_arena_format(&insights->arena, "%s: %s", analysis->sites.items.items[leak->site].function,
                                   !sure          ? "live when the recording stopped"
                                   : leak->growth ? "memory grows and is never freed"
                                                  : "blocks are never freed");
  insight->detail = ms_arena_format(
      &insights->arena, "%s from %s %s live %s.", blocks_text(insights, leak->blocks, leak->bytes), site,
      ms_sum_is_one(leak->blocks) ? "was" : "were", sure ? "at exit" : "when the recording stopped");
  if (sure) {
    insight->recommendation = ms_arena_format(&insights->arena, "Free the blocks allocated at %s.", site);
    insight->has_saving = true;
    insight->saving_bytes = leak->bytes;
  }
  prove(insight, "blocks", ms_sum_whole(leak->blocks));
  prove(insight, "bytes", ms_sum_whole(leak->bytes));
}

static void find_leaks(struct ms_insights *insights, const struct ms_analysis *analysis) {
  size_t sites = analysis->sites.items.count;
  struct site_leak *leaks = ms_memory_new(sites, sizeof *leaks);
  for (uint32_t i = 0; i < sites; i++)
    leaks[i].site = i;
  for (size_t i = 0; i < analysis->leaks.items.count; i++) {
    const struct ms_leak *leak = &analysis->leaks.items.items[i];
    struct site_leak *sum = &leaks[analysis->sites.of_stack[analysis->usage.rows.items[leak->row].stack]];
    if (leak->class != MS_LEAK_LOST_GROWTH && leak->class != MS_LEAK_LIVE_AT_EXIT)
      continue;
    sum->growth |= leak->class == MS_LEAK_LOST_GROWTH;
    sum->blocks += leak->blocks;
    sum->bytes += leak->bytes;
  }
  qsort(leaks, sites, sizeof *leaks, by_leaked_bytes);
  for (size_t i = 0; i < sites && i < (size_t)analysis->thresholds->insight_most_of_a_kind &&
                     leaks[i].bytes >= analysis->thresholds->insight_leak_bytes;
       i++)
    add_leak(insights, analysis, &leaks[i]);
  free(leaks);
}

static void find_hotspots(struct ms_insights *insights, const struct ms_analysis *analysis) {
  double peak = analysis->usage.peak_bytes;
  for (uint32_t i = 0; i < analysis->sites.items.count; i++) {
    const struct ms_call_site *site = &analysis->sites.items.items[i];
    double percent = peak > 0 ? site->peak_bytes / peak * 100 : 0;
    if (percent <= analysis->thresholds->insight_hotspot_percent ||
        site->peak_bytes < analysis->thresholds->insight_hotspot_bytes_at_least)
      continue;
    struct ms_insight *insight = add(insights, MS_INSIGHT_HOTSPOT, MS_SEVERITY_MEDIUM);
    insight->site = i;
    insight->title = ms_arena_format(&insights->arena, "%s holds %.0f %% of the peak", site->function, percent);
    insight->detail =
        ms_arena_format(&insights->arena, "%s from %s %s live at the run's peak.",
                        blocks_text(insights, site->peak_blocks, site->peak_bytes), site_text(insights, analysis, i),
                        ms_sum_is_one(site->peak_blocks) ? "was" : "were");
    insight->recommendation = ms_arena_format(
        &insights->arena, "Allocate less, or release earlier, at %s: it can lower the peak by up to %s.",
        site_text(insights, analysis, i), bytes_text(insights, site->peak_bytes));
    insight->has_saving = true;
    insight->saving_bytes = site->peak_bytes;
    prove(insight, "live_bytes_at_peak", ms_sum_whole(site->peak_bytes));
    prove(insight, "percent_of_peak", percent);
  }
}

static void find_temporary(struct ms_insights *insights, const struct ms_analysis *analysis) {
  unsigned left = (unsigned)analysis->thresholds->insight_most_of_a_kind;
  for (uint32_t i = 0; i < analysis->sites.items.count && left > 0; i++) {
    const struct ms_call_site *site = &analysis->sites.items.items[i];
    double percent = site->allocations > 0 ? site->temporary / site->allocations * 100 : 0;
    /* In a sample the thread's next allocation is seldom a recorded one: nothing is known then. */
    if (site->estimated || site->temporary < analysis->thresholds->insight_temporary_allocations ||
        percent <= analysis->thresholds->insight_temporary_percent)
      continue;
    struct ms_insight *insight = add(insights, MS_INSIGHT_TEMPORARY, MS_SEVERITY_MEDIUM);
    insight->site = i;
    insight->title = ms_arena_format(&insights->arena, "%s allocates and frees at once", site->function);
    insight->detail =
        ms_arena_format(&insights->arena, "%.0f of %.0f blocks from %s were freed before the thread's next allocation.",
                        site->temporary, site->allocations, site_text(insights, analysis, i));
    insight->recommendation =
        ms_arena_format(&insights->arena, "Reuse one buffer, or the stack, at %s: it saves up to %.0f allocations.",
                        site_text(insights, analysis, i), site->temporary);
    prove(insight, "temporary", ms_sum_whole(site->temporary));
    prove(insight, "percent", percent);
    left--;
  }
}

static int by_value(const void *left, const void *right) {
  double a = *(const double *)left, b = *(const double *)right;
  return a < b ? -1 : a > b;
}

static double median(double *sorted, size_t count) {
  qsort(sorted, count, sizeof *sorted, by_value);
  return count % 2 == 1 ? sorted[count / 2] : (sorted[count / 2 - 1] + sorted[count / 2]) / 2;
}

static void add_anomaly(struct ms_insights *insights, const struct ms_analysis *analysis, uint32_t bucket, double z) {
  struct ms_bucket at = ms_timeline_bucket(&analysis->timeline.process, bucket);
  const struct ms_bucket_leader *leader = &analysis->timeline.leaders.items[bucket];
  struct ms_insight *insight = add(insights, MS_INSIGHT_ANOMALY, MS_SEVERITY_MEDIUM);
  double time_ns = (double)bucket * (double)analysis->timeline.bucket_ns;
  insight->thread = leader->thread;
  insight->site = leader->site;
  insight->title = ms_arena_format(&insights->arena, "Burst of allocation at %.3f s", time_ns / 1e9);
  insight->detail = ms_arena_format(
      &insights->arena, "%s in %.1f ms, %.0f robust standard deviations above the median; most of it by %s at %s.",
      bytes_text(insights, at.bytes_allocated), (double)analysis->timeline.bucket_ns / 1e6, z,
      thread_text(insights, analysis, leader->thread), site_text(insights, analysis, leader->site));
  prove(insight, "time_ns", time_ns);
  prove(insight, "bytes_allocated", ms_sum_whole(at.bytes_allocated));
  prove(insight, "robust_z", z);
}

/* Robust z-score of the bytes allocated per bucket: (value - median) / (MAD / 0.6745). */
static void find_anomalies(struct ms_insights *insights, const struct ms_analysis *analysis) {
  uint32_t count = analysis->timeline.bucket_count, left = (uint32_t)analysis->thresholds->insight_most_of_a_kind;
  if (count < analysis->thresholds->insight_anomaly_buckets_at_least)
    return;
  double *values = ms_memory_new(count, sizeof *values), *sorted = ms_memory_new(count, sizeof *sorted);
  for (uint32_t i = 0; i < count; i++)
    sorted[i] = values[i] = ms_timeline_bucket(&analysis->timeline.process, i).bytes_allocated;
  double middle = median(sorted, count);
  for (uint32_t i = 0; i < count; i++)
    sorted[i] = fabs(values[i] - middle);
  double deviation = median(sorted, count) / MAD_TO_SIGMA;
  for (uint32_t i = 0; deviation > 0 && i < count && left > 0; i++) {
    double z = (values[i] - middle) / deviation;
    if (z <= analysis->thresholds->insight_anomaly_z || i >= analysis->timeline.leaders.count ||
        analysis->timeline.leaders.items[i].site == MS_NONE)
      continue;
    add_anomaly(insights, analysis, i, z);
    left--;
  }
  free(values);
  free(sorted);
}

/* What makes the other findings less sure. */
static void find_doubts(struct ms_insights *insights, const struct ms_analysis *analysis) {
  const struct ms_summary *summary = &analysis->summary;
  if (analysis->run->damage.items.count > 0) {
    struct ms_insight *insight = add(insights, MS_INSIGHT_INFO, MS_SEVERITY_HIGH);
    insight->title = "The trace is damaged";
    insight->detail = "What could be read is shown; the diagnostics name what could not.";
    prove(insight, "places", (double)analysis->run->damage.items.count);
  }
  if (summary->dropped_events > 0) {
    struct ms_insight *insight = add(insights, MS_INSIGHT_INFO, MS_SEVERITY_HIGH);
    insight->title = "Events are missing";
    insight->detail =
        ms_arena_format(&insights->arena, "%" PRIu64 " event%s could not be recorded; see the diagnostics.",
                        summary->dropped_events, summary->dropped_events == 1 ? "" : "s");
    prove(insight, "dropped_events", (double)summary->dropped_events);
  }
}

/* qsort need not keep the order of equals, in which they were found: insertion does, and findings are few. */
static void sort_by_severity(struct ms_insights *insights) {
  for (size_t i = 1; i < insights->items.count; i++)
    for (size_t j = i; j > 0 && insights->items.items[j].severity < insights->items.items[j - 1].severity; j--) {
      struct ms_insight moved = insights->items.items[j];
      insights->items.items[j] = insights->items.items[j - 1];
      insights->items.items[j - 1] = moved;
    }
}

void ms_insights_find(struct ms_insights *insights, const struct ms_analysis *analysis) {
  find_doubts(insights, analysis);
  find_alerts(insights, analysis, true);
  find_leaks(insights, analysis);
  find_hotspots(insights, analysis);
  find_temporary(insights, analysis);
  find_alerts(insights, analysis, false);
  find_bottleneck(insights, analysis);
  find_anomalies(insights, analysis);
  sort_by_severity(insights);
}

void ms_insights_free(struct ms_insights *insights) {
  ms_arena_free(&insights->arena);
  ms_vec_free(&insights->items);
}
