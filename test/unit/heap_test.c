/* SPDX-License-Identifier: Apache-2.0
 *
 * heap_test.c: what the replay makes of allocations and releases that fit, cross, or do not fit; and the peak of the
 * usage table against a plain recount.
 */
#include "analyse/usage.h"
#include "check.h"
#include "replay/heap.h"

#include <math.h>

static struct ms_change changes[2];

static unsigned alloc(struct ms_heap *heap, uint64_t time_ns, uint32_t thread, uint64_t address, uint64_t size) {
  struct ms_event event = {
      .kind = MS_EVENT_ALLOC, .time_ns = time_ns, .address = address, .size = size, .weight = 1};
  return ms_heap_apply(heap, &event, thread, thread + 1, changes);
}

static unsigned release(struct ms_heap *heap, uint64_t time_ns, uint32_t thread, uint64_t address) {
  struct ms_event event = {.kind = MS_EVENT_FREE, .time_ns = time_ns, .address = address};
  return ms_heap_apply(heap, &event, thread, 0, changes);
}

static void free_by_another_thread_ends_the_block(void) {
  struct ms_heap heap = {0};
  CHECK(alloc(&heap, 10, 0, 0x1000, 64) == 1 && changes[0].kind == MS_CHANGE_ALLOC && heap.live_bytes == 64);
  CHECK(release(&heap, 20, 1, 0x1000) == 1 && changes[0].kind == MS_CHANGE_FREE);
  CHECK(changes[0].thread == 1 && changes[0].block.thread == 0 && changes[0].block.size == 64 && changes[0].temporary);
  CHECK(heap.live_bytes == 0 && heap.live_blocks == 0);
  ms_heap_free(&heap);
}

static void free_of_an_unknown_address_is_counted(void) {
  struct ms_heap heap = {0};
  CHECK(release(&heap, 10, 0, 0x1000) == 1 && changes[0].kind == MS_CHANGE_UNMATCHED_FREE);
  CHECK(heap.unmatched_frees == 1);
  ms_heap_free(&heap);
}

static void temporary_is_before_the_next_allocation_of_the_same_thread(void) {
  struct ms_heap heap = {0};
  alloc(&heap, 10, 0, 0x1000, 1);
  alloc(&heap, 11, 1, 0x2000, 1); /* another thread's does not count */
  release(&heap, 12, 0, 0x1000);
  CHECK(changes[0].temporary);
  alloc(&heap, 13, 1, 0x3000, 1);
  release(&heap, 14, 1, 0x2000);
  CHECK(!changes[0].temporary);
  ms_heap_free(&heap);
}

/* Of weights that are no whole numbers nothing is left over, in whatever order they come and go. */
static void sampled_blocks_end_with_their_weight(void) {
  enum { BLOCKS = 1000 };
  struct ms_heap heap = {0};
  struct ms_usage usage = {.duration_ns = 100000, .thresholds = &ms_thresholds_default};
  for (unsigned i = 0; i < BLOCKS; i++) {
    struct ms_event event = {.kind = MS_EVENT_ALLOC, .address = 0x1000 + 16 * i, .size = 1 + i * 7919 % 1000};
    event.weight = 1 / (1 - exp(-(double)event.size / 512));
    CHECK(ms_heap_apply(&heap, &event, 0, 1, changes) == 1);
    CHECK(fabs(changes[0].count / event.weight - 1) < 1e-5);
    CHECK(changes[0].bytes == changes[0].count * (double)event.size);
    ms_usage_change(&usage, &changes[0]);
  }
  CHECK(usage.live_blocks > BLOCKS && usage.rows.items[0].recorded == BLOCKS);
  for (unsigned i = 0; i < BLOCKS; i++) {
    CHECK(release(&heap, 1, 0, 0x1000 + 16 * (i * 37 % BLOCKS)) == 1);
    ms_usage_change(&usage, &changes[0]);
  }
  CHECK(usage.live_blocks == 0 && usage.live_bytes == 0);
  CHECK(usage.rows.items[0].freed == usage.rows.items[0].allocations);
  ms_usage_free(&usage);
  ms_heap_free(&heap);
}

/* The release (thread 0) and the allocation that reuses its address (thread 1) were stamped in the wrong order. */
static void crossed_clocks_are_put_right(void) {
  struct ms_heap heap = {0};
  struct ms_change change;
  alloc(&heap, 1000, 0, 0x1000, 64);
  CHECK(alloc(&heap, 5000, 1, 0x1000, 32) == 1 && heap.live_blocks == 2);
  CHECK(!ms_heap_expire(&heap, 5080, &change));
  CHECK(release(&heap, 5080, 0, 0x1000) == 1 && changes[0].kind == MS_CHANGE_FREE && changes[0].block.size == 64);
  CHECK(heap.crossings == 1 && heap.live_bytes == 32 && heap.implicit_frees == 0);
  CHECK(!ms_heap_expire(&heap, UINT64_MAX, &change));
  CHECK(release(&heap, 9000, 1, 0x1000) == 1 && changes[0].block.size == 32 && heap.live_blocks == 0);
  ms_heap_free(&heap);
}

static void a_release_that_never_comes_ends_the_earlier_block_once(void) {
  struct ms_heap heap = {0};
  struct ms_change change;
  alloc(&heap, 1000, 0, 0x1000, 64);
  alloc(&heap, 5000, 1, 0x1000, 32);
  CHECK(!ms_heap_expire(&heap, 6000, &change));
  CHECK(ms_heap_expire(&heap, 6001, &change) && change.kind == MS_CHANGE_IMPLICIT_FREE && change.block.size == 64);
  CHECK(!ms_heap_expire(&heap, UINT64_MAX, &change));
  CHECK(heap.implicit_frees == 1 && heap.live_bytes == 32);
  /* Too late for a crossing: this releases the later block. */
  CHECK(release(&heap, 7000, 0, 0x1000) == 1 && changes[0].block.size == 32 && heap.live_blocks == 0);
  ms_heap_free(&heap);
}

static void the_allocating_thread_releases_its_own_block(void) {
  struct ms_heap heap = {0};
  alloc(&heap, 1000, 0, 0x1000, 64);
  alloc(&heap, 5000, 1, 0x1000, 32);
  CHECK(release(&heap, 5100, 1, 0x1000) == 2);
  CHECK(changes[0].kind == MS_CHANGE_IMPLICIT_FREE && changes[0].block.size == 64);
  CHECK(changes[1].kind == MS_CHANGE_FREE && changes[1].block.size == 32 && heap.live_blocks == 0);
  ms_heap_free(&heap);
}

/* Random allocations and releases of four stacks; at each new maximum a plain copy of all sums is taken. */
static void peak_of_each_row_is_exact(void) {
  enum { BLOCKS = 200, STACKS = 4 };
  static struct ms_live_block blocks[BLOCKS];
  double live[STACKS] = {0}, at_peak[STACKS] = {0}, total = 0, peak = 0;
  uint64_t state = 7;
  struct ms_usage usage = {.duration_ns = 100000, .thresholds = &ms_thresholds_default};
  for (uint64_t time_ns = 0; time_ns < 100000; time_ns++) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    struct ms_live_block *block = &blocks[(state >> 33) % BLOCKS];
    struct ms_change change = {.time_ns = time_ns, .count = 1};
    if (block->size == 0) {
      *block = (struct ms_live_block){.size = 1 + (state >> 40) % 100, .stack = (uint32_t)(state >> 50) % STACKS};
      change.kind = MS_CHANGE_ALLOC;
      change.block = *block;
      change.bytes = (double)block->size;
      live[block->stack] += change.bytes;
      total += change.bytes;
    } else {
      change.kind = MS_CHANGE_FREE;
      change.block = *block;
      change.bytes = (double)block->size;
      live[block->stack] -= change.bytes;
      total -= change.bytes;
      block->size = 0;
    }
    ms_usage_change(&usage, &change);
    if (total > peak) {
      peak = total;
      memcpy(at_peak, live, sizeof live);
    }
  }
  ms_usage_end(&usage);
  CHECK(usage.peak_bytes == peak && usage.live_bytes == total && usage.rows.count == STACKS);
  for (size_t i = 0; i < usage.rows.count; i++) {
    CHECK(usage.rows.items[i].peak_bytes == at_peak[usage.rows.items[i].stack]);
    CHECK(usage.rows.items[i].live_bytes == live[usage.rows.items[i].stack]);
  }
  ms_usage_free(&usage);
}

int main(void) {
  free_by_another_thread_ends_the_block();
  free_of_an_unknown_address_is_counted();
  temporary_is_before_the_next_allocation_of_the_same_thread();
  crossed_clocks_are_put_right();
  a_release_that_never_comes_ends_the_earlier_block_once();
  the_allocating_thread_releases_its_own_block();
  peak_of_each_row_is_exact();
  sampled_blocks_end_with_their_weight();
  return 0;
}
