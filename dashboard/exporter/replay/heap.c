/* SPDX-License-Identifier: Apache-2.0
 *
 * heap.c: live blocks in a pool, found by address. A displaced block leaves the map but stays in the pool, and in the
 * live figures, until its release comes or the time for it is over.
 */
#include "replay/heap.h"

/* No user address has the upper bits. */
#define SPACE_SHIFT 60u

enum ms_space ms_space_of_family(uint8_t family) {
  switch (family) {
  case MS_FAMILY_CUSTOM:
    return MS_SPACE_CUSTOM;
  case MS_FAMILY_MAPPING:
    return MS_SPACE_MAPPING;
  default:
    return MS_SPACE_HEAP;
  }
}

static uint64_t key_of(const struct ms_heap *heap, uint64_t address, uint32_t stack) {
  return address ^ (uint64_t)(heap->space_of_stack != NULL ? heap->space_of_stack[stack] : 0) << SPACE_SHIFT;
}

/* The block that a release is about: one of its own space, or one that was obtained from the program's allocator and
 * released by free, or the other way round. */
static uint32_t find_released(const struct ms_heap *heap, uint64_t address, uint32_t stack) {
  uint64_t key = key_of(heap, address, stack);
  uint32_t index = ms_map_get(&heap->live, key);
  if (index != MS_NONE || heap->space_of_stack == NULL || heap->space_of_stack[stack] == MS_SPACE_MAPPING)
    return index;
  return ms_map_get(&heap->live, key ^ (uint64_t)MS_SPACE_CUSTOM << SPACE_SHIFT);
}

static uint32_t new_block(struct ms_heap *heap, struct ms_live_block block) {
  heap->live_bytes += block.size;
  heap->live_blocks++;
  if (heap->unused.count > 0) {
    uint32_t index = heap->unused.items[--heap->unused.count];
    heap->blocks.items[index] = block;
    return index;
  }
  ms_vec_push(&heap->blocks, block);
  return (uint32_t)(heap->blocks.count - 1);
}

static struct ms_live_block end_block(struct ms_heap *heap, uint32_t index) {
  struct ms_live_block block = heap->blocks.items[index];
  heap->blocks.items[index].displaced = MS_NONE;
  ms_vec_push(&heap->unused, index);
  heap->live_bytes -= block.size;
  heap->live_blocks--;
  return block;
}

static struct ms_change change_of(enum ms_change_kind kind, const struct ms_event *event, uint32_t thread,
                                  uint32_t stack) {
  return (struct ms_change){.kind = kind,
                            .block = {.address = event->address, .displaced = MS_NONE},
                            .count = 1,
                            .time_ns = event->time_ns,
                            .thread = thread,
                            .stack = stack,
                            .realloc = event->realloc};
}

static void set_block(struct ms_change *change, struct ms_live_block block) {
  change->block = block;
  change->count = block.weight;
  change->bytes = block.weight * (double)block.size;
}

static uint64_t *allocations_of(struct ms_heap *heap, uint32_t thread) {
  ms_vec_extend(&heap->allocations, (size_t)thread + 1);
  return &heap->allocations.items[thread];
}

/* An earlier displaced block whose release did not come in time ends without one. */
static bool give_up_displaced(struct ms_heap *heap, struct ms_live_block *block, struct ms_change *change) {
  if (block->displaced == MS_NONE)
    return false;
  change->kind = MS_CHANGE_IMPLICIT_FREE;
  set_block(change, end_block(heap, block->displaced));
  block->displaced = MS_NONE;
  heap->implicit_frees++;
  return true;
}

static unsigned allocate(struct ms_heap *heap, const struct ms_event *event, uint32_t thread, uint32_t stack,
                         struct ms_change changes[2]) {
  unsigned count = 0;
  uint64_t key = key_of(heap, event->address, stack);
  uint32_t earlier = ms_map_get(&heap->live, key);
  changes[0] = change_of(MS_CHANGE_IMPLICIT_FREE, event, thread, stack);
  if (earlier != MS_NONE && give_up_displaced(heap, &heap->blocks.items[earlier], &changes[0]))
    count = 1;
  struct ms_live_block block = {.key = key,
                                .address = event->address,
                                .size = event->size,
                                .time_ns = event->time_ns,
                                .weight = ms_weight_of(event->weight),
                                .ordinal = ++*allocations_of(heap, thread),
                                .thread = thread,
                                .stack = stack,
                                .displaced = earlier};
  uint32_t index = new_block(heap, block);
  ms_map_set(&heap->live, key, index);
  if (earlier != MS_NONE)
    ms_vec_push(&heap->waiting, ((struct ms_displacement){index, earlier, event->time_ns}));
  changes[count] = change_of(MS_CHANGE_ALLOC, event, thread, stack);
  set_block(&changes[count], block);
  return count + 1;
}

static bool is_crossing(const struct ms_live_block *block, const struct ms_event *event, uint32_t thread) {
  return block->displaced != MS_NONE && thread != block->thread && event->time_ns - block->time_ns <= MS_CROSSING_NS;
}

static unsigned release(struct ms_heap *heap, const struct ms_event *event, uint32_t thread, uint32_t stack,
                        struct ms_change changes[2]) {
  uint32_t index = find_released(heap, event->address, stack);
  changes[0] = change_of(MS_CHANGE_UNMATCHED_FREE, event, thread, stack);
  if (index == MS_NONE) {
    heap->unmatched_frees++;
    return 1;
  }
  struct ms_live_block *block = &heap->blocks.items[index];
  unsigned count = 0;
  if (is_crossing(block, event, thread)) {
    heap->crossings++;
    uint32_t displaced = block->displaced;
    block->displaced = MS_NONE;
    index = displaced;
  } else {
    count = give_up_displaced(heap, block, &changes[0]) ? 1 : 0;
    ms_map_remove(&heap->live, block->key);
  }
  changes[count] = change_of(MS_CHANGE_FREE, event, thread, stack);
  set_block(&changes[count], end_block(heap, index));
  changes[count].temporary = changes[count].block.ordinal == *allocations_of(heap, changes[count].block.thread);
  return count + 1;
}

unsigned ms_heap_apply(struct ms_heap *heap, const struct ms_event *event, uint32_t thread, uint32_t stack,
                       struct ms_change changes[2]) {
  return event->kind == MS_EVENT_ALLOC ? allocate(heap, event, thread, stack, changes)
                                       : release(heap, event, thread, stack, changes);
}

bool ms_heap_expire(struct ms_heap *heap, uint64_t now_ns, struct ms_change *change) {
  while (heap->waiting_head < heap->waiting.count) {
    struct ms_displacement entry = heap->waiting.items[heap->waiting_head];
    if (now_ns != UINT64_MAX && now_ns - entry.time_ns <= MS_CROSSING_NS)
      return false;
    if (++heap->waiting_head == heap->waiting.count)
      heap->waiting_head = heap->waiting.count = 0;
    /* The release may have come meanwhile, and the place in the pool may hold another block by now. */
    struct ms_live_block *block = &heap->blocks.items[entry.block];
    if (block->displaced != entry.displaced || block->time_ns != entry.time_ns)
      continue;
    *change =
        (struct ms_change){.time_ns = entry.time_ns + MS_CROSSING_NS, .thread = block->thread, .stack = block->stack};
    return give_up_displaced(heap, block, change);
  }
  return false;
}

void ms_heap_free(struct ms_heap *heap) {
  ms_vec_free(&heap->waiting);
  ms_map_free(&heap->live);
  ms_vec_free(&heap->blocks);
  ms_vec_free(&heap->unused);
  ms_vec_free(&heap->allocations);
}
