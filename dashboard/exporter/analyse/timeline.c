/* SPDX-License-Identifier: Apache-2.0
 *
 * timeline.c: the length of the run is known from the verify pass, so buckets are laid out before the first event.
 */
#include "analyse/timeline.h"

void ms_timeline_start(struct ms_timeline *timeline, uint64_t duration_ns, size_t thread_count) {
  timeline->bucket_ns = duration_ns / MS_TIMELINE_BUCKETS_MAX + 1;
  timeline->bucket_count = (uint32_t)(duration_ns / timeline->bucket_ns) + 1;
  timeline->thread_count = thread_count;
  timeline->threads = ms_memory_new(thread_count, sizeof *timeline->threads);
}

static uint32_t bucket_at(const struct ms_timeline *timeline, uint64_t time_ns) {
  uint64_t bucket = time_ns / timeline->bucket_ns;
  return bucket < timeline->bucket_count ? (uint32_t)bucket : timeline->bucket_count - 1;
}

static struct ms_bucket *bucket_of(struct ms_bucket_series *series, uint32_t bucket) {
  if (series->buckets.count == 0) {
    series->first = bucket;
    ms_vec_push(&series->buckets, ((struct ms_bucket){0}));
  }
  while (series->first + series->buckets.count <= bucket) {
    ms_sum live_bytes = series->buckets.items[series->buckets.count - 1].live_bytes;
    ms_vec_push(&series->buckets, ((struct ms_bucket){.live_bytes = live_bytes, .peak_live_bytes = live_bytes}));
  }
  return &series->buckets.items[bucket - series->first];
}

static void add_live(struct ms_bucket *bucket, const struct ms_change *change) {
  if (change->kind != MS_CHANGE_ALLOC) {
    bucket->live_bytes -= change->bytes;
    return;
  }
  bucket->live_bytes += change->bytes;
  bucket->allocations += change->count;
  bucket->bytes_allocated += change->bytes;
  if (bucket->live_bytes > bucket->peak_live_bytes)
    bucket->peak_live_bytes = bucket->live_bytes;
}

static void add_release(struct ms_bucket *bucket, const struct ms_change *change) {
  bucket->deallocations += change->count;
  bucket->bytes_deallocated += change->bytes;
}

static ms_sum add_amount(struct ms_bucket_amount *amount, uint32_t bucket, ms_sum bytes) {
  if (amount->bucket != bucket + 1)
    *amount = (struct ms_bucket_amount){.bucket = bucket + 1};
  return amount->bytes += bytes;
}

static void note_leader(struct ms_timeline *timeline, uint32_t bucket, const struct ms_change *change, uint32_t site) {
  while (timeline->leaders.count <= bucket)
    ms_vec_push(&timeline->leaders, ((struct ms_bucket_leader){.site = MS_NONE, .thread = MS_NONE}));
  struct ms_bucket_leader *leader = &timeline->leaders.items[bucket];
  ms_vec_extend(&timeline->of_site, (size_t)site + 1);
  ms_vec_extend(&timeline->of_thread, (size_t)change->thread + 1);
  ms_sum site_bytes = add_amount(&timeline->of_site.items[site], bucket, change->bytes);
  ms_sum thread_bytes = add_amount(&timeline->of_thread.items[change->thread], bucket, change->bytes);
  if (leader->site == MS_NONE || site_bytes > leader->site_bytes)
    leader->site_bytes = site_bytes, leader->site = site;
  if (leader->thread == MS_NONE || thread_bytes > leader->thread_bytes)
    leader->thread_bytes = thread_bytes, leader->thread = change->thread;
}

void ms_timeline_change(struct ms_timeline *timeline, const struct ms_change *change, uint32_t site) {
  uint32_t bucket = bucket_at(timeline, change->time_ns);
  struct ms_bucket *process = bucket_of(&timeline->process, bucket);
  if (change->kind != MS_CHANGE_UNMATCHED_FREE) {
    add_live(process, change);
    add_live(bucket_of(&timeline->threads[change->block.thread], bucket), change);
  }
  if (change->kind == MS_CHANGE_FREE || change->kind == MS_CHANGE_UNMATCHED_FREE) {
    add_release(process, change);
    add_release(bucket_of(&timeline->threads[change->thread], bucket), change);
  }
  if (change->kind == MS_CHANGE_ALLOC)
    note_leader(timeline, bucket, change, site);
}

void ms_timeline_mark(struct ms_timeline *timeline, const struct ms_event *event, uint32_t thread) {
  const char *text = ms_arena_text(&timeline->arena, event->text == NULL ? "" : event->text, event->text_bytes);
  if (event->kind == MS_EVENT_PHASE_ENTER)
    text = ms_arena_format(&timeline->arena, "begin %s", text);
  else if (event->kind == MS_EVENT_PHASE_EXIT)
    text = "end of phase";
  ms_vec_push(&timeline->marks, ((struct ms_mark){event->time_ns, thread, text}));
}

void ms_timeline_renumber_sites(struct ms_timeline *timeline, const uint32_t *place) {
  for (size_t i = 0; i < timeline->leaders.count; i++)
    if (timeline->leaders.items[i].site != MS_NONE)
      timeline->leaders.items[i].site = place[timeline->leaders.items[i].site];
}

struct ms_bucket ms_timeline_bucket(const struct ms_bucket_series *series, uint32_t bucket) {
  if (series->buckets.count == 0 || bucket < series->first)
    return (struct ms_bucket){0};
  if (bucket - series->first < series->buckets.count)
    return series->buckets.items[bucket - series->first];
  ms_sum live_bytes = series->buckets.items[series->buckets.count - 1].live_bytes;
  return (struct ms_bucket){.live_bytes = live_bytes, .peak_live_bytes = live_bytes};
}

uint32_t ms_timeline_active_threads(const struct ms_timeline *timeline, uint32_t bucket) {
  uint32_t active = 0;
  for (size_t i = 0; i < timeline->thread_count; i++) {
    struct ms_bucket at = ms_timeline_bucket(&timeline->threads[i], bucket);
    active += at.allocations + at.deallocations > 0;
  }
  return active;
}

void ms_timeline_free(struct ms_timeline *timeline) {
  for (size_t i = 0; i < timeline->thread_count; i++)
    ms_vec_free(&timeline->threads[i].buckets);
  free(timeline->threads);
  ms_vec_free(&timeline->process.buckets);
  ms_vec_free(&timeline->leaders);
  ms_vec_free(&timeline->of_site);
  ms_vec_free(&timeline->of_thread);
  ms_vec_free(&timeline->marks);
  ms_arena_free(&timeline->arena);
}
