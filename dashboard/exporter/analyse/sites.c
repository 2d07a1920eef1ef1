/* SPDX-License-Identifier: Apache-2.0
 *
 * sites.c: sums per call site. What needs every event (own peak, sizes, releases) is counted during the replay, the
 * rest is summed from the usage table at the end.
 */
#include "analyse/sites.h"

/* Returns the site for a key, adding it at first sight. */
static uint32_t intern(struct ms_sites *sites, struct ms_map *by_key, uint64_t key, struct ms_call_site site) {
  uint32_t index = ms_map_get(by_key, key);
  if (index != MS_NONE)
    return index;
  index = (uint32_t)sites->items.count;
  ms_map_set(by_key, key, index);
  site.min_bytes = UINT64_MAX;
  ms_vec_push(&sites->items, site);
  return index;
}

void ms_sites_start(struct ms_sites *sites, const struct ms_run *run) {
  const struct ms_stack_table *table = &run->stacks;
  struct ms_map named = {0}, by_frame = {0};
  sites->of_stack = ms_memory_new(table->stacks.count, sizeof *sites->of_stack);
  for (size_t i = 0; i < run->facts.sites.count; i++) {
    const struct ms_site *site = &run->facts.sites.items[i];
    intern(sites, &named, site->id, (struct ms_call_site){.named = site, .callee = site, .frame = MS_NONE});
  }
  for (size_t i = 0; i < table->stacks.count; i++) {
    const struct ms_stack *stack = &table->stacks.items[i];
    uint32_t frame = stack->node == MS_NONE ? MS_NONE : table->nodes.items[stack->node].frame;
    uint32_t known = stack->site == 0 ? MS_NONE : ms_map_get(&named, stack->site);
    if (known == MS_NONE || stack->flags & MS_STACK_ROUTE_PRELOAD) { /* one site stands for all calls of a function */
      const struct ms_site *callee = known == MS_NONE ? NULL : sites->items.items[known].named;
      known = intern(sites, &by_frame, (uint64_t)stack->site << 32 | frame,
                     (struct ms_call_site){.callee = callee, .frame = frame, .route = ms_route_of(stack->flags)});
    }
    sites->of_stack[i] = known;
  }
  ms_map_free(&named);
  ms_map_free(&by_frame);
}

void ms_sites_change(struct ms_sites *sites, const struct ms_change *change) {
  if (change->kind == MS_CHANGE_FREE || change->kind == MS_CHANGE_UNMATCHED_FREE) {
    struct ms_call_site *here = &sites->items.items[sites->of_stack[change->stack]];
    here->deallocations += change->count;
    here->estimated |= change->count != 1;
  }
  if (change->kind == MS_CHANGE_UNMATCHED_FREE)
    return;
  struct ms_call_site *site = &sites->items.items[sites->of_stack[change->block.stack]];
  uint64_t size = change->block.size;
  if (change->kind != MS_CHANGE_ALLOC) {
    site->live_blocks -= change->count;
    site->live_bytes -= change->bytes;
    return;
  }
  site->estimated |= change->count != 1;
  site->live_blocks += change->count;
  site->live_bytes += change->bytes;
  if (site->live_bytes > site->own_peak_bytes)
    site->own_peak_bytes = site->live_bytes;
  if (size < site->min_bytes)
    site->min_bytes = size;
  if (size > site->max_bytes)
    site->max_bytes = size;
}

/* ---- end ---- */

static void sum_usage(struct ms_sites *sites, const struct ms_usage *usage) {
  struct ms_map parts = {0};
  for (size_t i = 0; i < usage->rows.count; i++) {
    const struct ms_usage_row *row = &usage->rows.items[i];
    uint32_t index = sites->of_stack[row->stack];
    struct ms_call_site *site = &sites->items.items[index];
    site->recorded += row->recorded;
    site->allocations += row->allocations;
    site->bytes_allocated += row->bytes_allocated;
    site->temporary += row->temporary;
    site->freed += row->freed;
    site->freed_lifetime_ns += row->freed_lifetime_ns;
    site->peak_blocks += row->peak_blocks;
    site->peak_bytes += row->peak_bytes;
    uint64_t key = (uint64_t)index << 32 | row->thread;
    uint32_t part = ms_map_get(&parts, key);
    if (part == MS_NONE) {
      part = (uint32_t)sites->threads.count;
      ms_map_set(&parts, key, part);
      ms_vec_push(&sites->threads, ((struct ms_site_thread){.site = index, .thread = row->thread}));
    }
    struct ms_site_thread *thread = &sites->threads.items[part];
    thread->allocations += row->allocations;
    thread->bytes_allocated += row->bytes_allocated;
    thread->peak_bytes += row->peak_bytes;
    thread->live_bytes += row->live_bytes;
    thread->temporary += row->temporary;
  }
  ms_map_free(&parts);
}

static void sum_exact_calls(struct ms_sites *sites, const struct ms_run *run) {
  struct ms_map by_id = {0};
  for (size_t i = 0; i < sites->items.count; i++)
    if (sites->items.items[i].named != NULL)
      ms_map_set(&by_id, sites->items.items[i].named->id, (uint32_t)i);
  for (size_t i = 0; i < run->frequencies.count; i++) {
    uint64_t at = 0;
    struct ms_frequency entry;
    bool cut;
    while (ms_frequency_next(&run->frequencies.items[i], &at, &entry, &cut)) {
      uint32_t index = ms_map_get(&by_id, entry.site);
      struct ms_call_site *site = index == MS_NONE ? NULL : &sites->items.items[index];
      if (site != NULL) {
        site->exact_calls += entry.calls;
        site->exact_bytes += entry.bytes;
        site->has_exact = true;
      }
      /* A site of releases counts calls only. */
      if (entry.bytes > 0 || (site != NULL && site->allocations > 0)) {
        sites->exact_calls += entry.calls;
        sites->exact_bytes += entry.bytes;
      }
    }
  }
  ms_map_free(&by_id);
}

static void name_site(struct ms_sites *sites, const struct ms_run *run, struct ms_call_site *site,
                      struct ms_symbols *symbols, struct ms_strings *strings) {
  site->function = "(no call stack)";
  site->file = "";
  if (site->named != NULL) {
    site->file = site->named->file;
    site->line = site->named->line;
    if (site->named->function[0] != '\0')
      site->function = ms_symbols_demangle(strings, site->named->function);
    else
      site->function = ms_arena_format(&sites->arena, "site %u", site->named->id);
  } else if (site->frame != MS_NONE) {
    const struct ms_symbol *symbol = ms_symbols_of(symbols, &run->stacks.frames.items[site->frame]).items;
    site->function = strings->items.items[symbol->function];
    site->file = strings->items.items[symbol->file];
    site->line = symbol->line;
  }
}

struct order {
  ms_sum bytes, allocations, deallocations;
  uint32_t index;
};

static int by_bytes(const void *left, const void *right) {
  const struct order *a = left, *b = right;
  if (a->bytes != b->bytes)
    return a->bytes > b->bytes ? -1 : 1;
  if (a->allocations != b->allocations)
    return a->allocations > b->allocations ? -1 : 1;
  if (a->deallocations != b->deallocations)
    return a->deallocations > b->deallocations ? -1 : 1;
  return a->index < b->index ? -1 : a->index > b->index;
}

static int by_site_and_bytes(const void *left, const void *right) {
  const struct ms_site_thread *a = left, *b = right;
  if (a->site != b->site)
    return a->site < b->site ? -1 : 1;
  if (a->bytes_allocated != b->bytes_allocated)
    return a->bytes_allocated > b->bytes_allocated ? -1 : 1;
  return a->thread < b->thread ? -1 : a->thread > b->thread;
}

/* Puts sites with events into their final order and tells stacks and thread parts the new numbers. */
static void put_in_order(struct ms_sites *sites, size_t stacks) {
  size_t count = sites->items.count, kept = 0;
  struct order *order = ms_memory_new(count, sizeof *order);
  uint32_t *place = ms_memory_new(count, sizeof *place);
  struct ms_call_site *sorted = ms_memory_new(count, sizeof *sorted);
  for (size_t i = 0; i < count; i++) {
    const struct ms_call_site *site = &sites->items.items[i];
    place[i] = MS_NONE;
    if (site->allocations > 0 || site->deallocations > 0 || site->exact_calls > 0)
      order[kept++] = (struct order){site->bytes_allocated, site->allocations, site->deallocations, (uint32_t)i};
  }
  qsort(order, kept, sizeof *order, by_bytes);
  for (size_t i = 0; i < kept; i++) {
    sorted[i] = sites->items.items[order[i].index];
    place[order[i].index] = (uint32_t)i;
  }
  free(sites->items.items);
  sites->items.items = sorted;
  sites->items.count = kept;
  sites->items.capacity = count;
  for (size_t i = 0; i < stacks; i++)
    sites->of_stack[i] = place[sites->of_stack[i]];
  for (size_t i = 0; i < sites->threads.count; i++)
    sites->threads.items[i].site = place[sites->threads.items[i].site];
  free(order);
  sites->place = place;
}

static void group_threads(struct ms_sites *sites) {
  ms_vec_sort(&sites->threads, by_site_and_bytes);
  for (size_t i = sites->threads.count; i > 0; i--) {
    struct ms_call_site *site = &sites->items.items[sites->threads.items[i - 1].site];
    site->first_thread = (uint32_t)(i - 1);
    site->thread_count++;
  }
}

void ms_sites_end(struct ms_sites *sites, const struct ms_run *run, const struct ms_usage *usage,
                  struct ms_symbols *symbols, struct ms_strings *strings) {
  sum_usage(sites, usage);
  sum_exact_calls(sites, run);
  put_in_order(sites, run->stacks.stacks.count);
  group_threads(sites);
  for (size_t i = 0; i < sites->items.count; i++) {
    name_site(sites, run, &sites->items.items[i], symbols, strings);
  }
}

void ms_sites_free(struct ms_sites *sites) {
  ms_arena_free(&sites->arena);
  ms_vec_free(&sites->items);
  ms_vec_free(&sites->threads);
  free(sites->of_stack);
  free(sites->place);
}
