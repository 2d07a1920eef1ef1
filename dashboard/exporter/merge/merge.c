/* SPDX-License-Identifier: Apache-2.0
 *
 * merge.c: a binary heap of stream numbers, ordered by the event that each stream offers next.
 */
#include "merge/merge.h"

static bool comes_before(const struct ms_merge *merge, uint32_t left, uint32_t right) {
  const struct ms_event *a = &merge->heads[left], *b = &merge->heads[right];
  if (a->ticks != b->ticks)
    return a->ticks < b->ticks;
  bool a_frees = a->kind == MS_EVENT_FREE, b_frees = b->kind == MS_EVENT_FREE;
  return a_frees != b_frees ? a_frees : left < right;
}

static bool advance(struct ms_merge *merge, uint32_t stream) {
  struct ms_event *head = &merge->heads[stream];
  do
    if (!ms_record_reader_next(&merge->readers[stream], head))
      return false;
  while (head->kind == MS_EVENT_STACK);
  head->stream = stream;
  head->time_ns = ms_clock_event_ns(&merge->run->clock, head->ticks);
  return true;
}

static void sift_down(struct ms_merge *merge, size_t at) {
  for (;;) {
    size_t earliest = at;
    for (size_t child = 2 * at + 1; child <= 2 * at + 2 && child < merge->heap_count; child++)
      if (comes_before(merge, merge->heap[child], merge->heap[earliest]))
        earliest = child;
    if (earliest == at)
      return;
    uint32_t moved = merge->heap[at];
    merge->heap[at] = merge->heap[earliest];
    merge->heap[earliest] = moved;
    at = earliest;
  }
}

void ms_merge_start(struct ms_merge *merge, const struct ms_run *run) {
  size_t streams = run->streams.count;
  *merge = (struct ms_merge){.run = run,
                             .readers = ms_memory_new(streams, sizeof *merge->readers),
                             .heads = ms_memory_new(streams, sizeof *merge->heads),
                             .heap = ms_memory_new(streams, sizeof *merge->heap)};
  for (size_t i = 0; i < streams; i++) {
    ms_record_reader_start(&merge->readers[i], &run->streams.items[i].file, NULL);
    if (advance(merge, (uint32_t)i))
      merge->heap[merge->heap_count++] = (uint32_t)i;
  }
  for (size_t i = merge->heap_count; i > 0; i--)
    sift_down(merge, i - 1);
}

bool ms_merge_next(struct ms_merge *merge, struct ms_event *event) {
  if (merge->given) {
    if (!advance(merge, merge->heap[0]))
      merge->heap[0] = merge->heap[--merge->heap_count];
    sift_down(merge, 0);
  }
  merge->given = merge->heap_count > 0;
  if (merge->given)
    *event = merge->heads[merge->heap[0]];
  return merge->given;
}

void ms_merge_free(struct ms_merge *merge) {
  for (size_t i = 0; merge->run != NULL && i < merge->run->streams.count; i++)
    ms_record_reader_free(&merge->readers[i]);
  free(merge->readers);
  free(merge->heads);
  free(merge->heap);
  *merge = (struct ms_merge){0};
}
