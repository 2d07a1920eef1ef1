/* SPDX-License-Identifier: Apache-2.0
 *
 * json_heap.c: call sites, stacks, types and leaks of the report.
 */
#include "emit/json.h"

#include <math.h>

static const char *const family_names[] = {[MS_FAMILY_MALLOC] = "malloc",
                                           [MS_FAMILY_NEW] = "new",
                                           [MS_FAMILY_NEW_ARRAY] = "new[]",
                                           [MS_FAMILY_CUSTOM] = "custom",
                                           [MS_FAMILY_MAPPING] = "mapping"};

/* "" is how facts say "unknown". */
static void known_text(struct ms_json *json, const char *key, const char *text) {
  ms_json_text(json, key, text == NULL || text[0] == '\0' ? NULL : text);
}

static void site_threads(struct ms_json *json, const struct ms_sites *sites, const struct ms_call_site *site) {
  ms_json_array(json, "threads");
  for (uint32_t i = 0; i < site->thread_count; i++) {
    const struct ms_site_thread *part = &sites->threads.items[site->first_thread + i];
    ms_json_object(json, NULL);
    ms_json_u64(json, "thread", part->thread);
    ms_json_sum(json, "allocations", part->allocations);
    ms_json_sum(json, "bytes_allocated", part->bytes_allocated);
    ms_json_sum(json, "live_bytes_at_peak", part->peak_bytes);
    ms_json_sum(json, "live_bytes_at_exit", part->live_bytes);
    ms_json_sum(json, "temporary", part->temporary);
    ms_json_end_object(json);
  }
  ms_json_end_array(json);
}

static void site_identity(struct ms_json *json, const struct ms_call_site *site) {
  const struct ms_site *named = site->named, *callee = site->callee;
  ms_json_text(json, "function", site->function);
  ms_json_text(json, "file", site->file);
  ms_json_u64(json, "line", site->line);
  ms_json_u64(json, "column", named == NULL ? 0 : named->column);
  known_text(json, "callee", callee == NULL ? NULL : callee->callee);
  ms_json_text(json, "family",
               callee != NULL && callee->family < sizeof family_names / sizeof *family_names
                   ? family_names[callee->family]
                   : NULL);
  ms_json_text(json, "route", ms_route_name(site->route));
  known_text(json, "type", named == NULL ? NULL : named->type);
  known_text(json, "receiver", named == NULL ? NULL : named->receiver);
}

static void exact(struct ms_json *json, const struct ms_call_site *site) {
  if (!site->has_exact) {
    ms_json_null(json, "exact_calls");
    ms_json_null(json, "exact_bytes");
    return;
  }
  ms_json_u64(json, "exact_calls", site->exact_calls);
  ms_json_u64(json, "exact_bytes", site->exact_bytes);
}

void ms_json_call_sites(struct ms_json *json, const struct ms_analysis *analysis) {
  ms_json_array(json, "call_sites");
  for (size_t i = 0; i < analysis->sites.items.count; i++) {
    const struct ms_call_site *site = &analysis->sites.items.items[i];
    bool allocates = site->allocations > 0;
    ms_json_object(json, NULL);
    ms_json_u64(json, "index", i);
    site_identity(json, site);
    ms_json_sum(json, "allocations", site->allocations);
    ms_json_sum(json, "bytes_allocated", site->bytes_allocated);
    ms_json_sum(json, "deallocations", site->deallocations);
    ms_json_sum(json, "freed", site->freed);
    ms_json_sum(json, "live_blocks_at_exit", site->live_blocks);
    ms_json_sum(json, "live_bytes_at_exit", site->live_bytes);
    ms_json_sum(json, "live_bytes_at_peak", site->peak_bytes);
    ms_json_sum(json, "live_blocks_at_peak", site->peak_blocks);
    ms_json_sum(json, "peak_live_bytes", site->own_peak_bytes);
    ms_json_sum(json, "temporary", site->temporary);
    ms_json_real(json, "min_bytes", allocates ? (double)site->min_bytes : NAN);
    ms_json_real(json, "max_bytes", allocates ? (double)site->max_bytes : NAN);
    ms_json_real(json, "average_lifetime_ns", site->freed > 0 ? site->freed_lifetime_ns / site->freed : NAN);
    ms_json_bool(json, "estimated", site->estimated);
    ms_json_u64(json, "recorded_allocations", site->recorded);
    exact(json, site);
    site_threads(json, &analysis->sites, site);
    ms_json_end_object(json);
  }
  ms_json_end_array(json);
}

/* ---- stacks, as columns ---- */

static void frames(struct ms_json *json, const struct ms_stacks *stacks) {
  size_t count = stacks->frames.count;
  const struct ms_tree_frame *items = stacks->frames.items;
  ms_json_object(json, "frames");
  ms_json_array(json, "function");
  for (size_t i = 0; i < count; i++)
    ms_json_u64(json, NULL, items[i].symbol.function);
  ms_json_end_array(json);
  ms_json_array(json, "file");
  for (size_t i = 0; i < count; i++)
    ms_json_u64(json, NULL, items[i].symbol.file);
  ms_json_end_array(json);
  ms_json_array(json, "line");
  for (size_t i = 0; i < count; i++)
    ms_json_u64(json, NULL, items[i].symbol.line);
  ms_json_end_array(json);
  ms_json_array(json, "module");
  for (size_t i = 0; i < count; i++)
    ms_json_u64(json, NULL, items[i].symbol.module);
  ms_json_end_array(json);
  ms_json_array(json, "address");
  for (size_t i = 0; i < count; i++)
    ms_json_hex(json, NULL, items[i].address);
  ms_json_end_array(json);
  ms_json_array(json, "inlined");
  for (size_t i = 0; i < count; i++)
    ms_json_u64(json, NULL, items[i].symbol.inlined);
  ms_json_end_array(json);
  ms_json_end_object(json);
}

static void tree(struct ms_json *json, const struct ms_stacks *stacks) {
  ms_json_object(json, "nodes");
  ms_json_array(json, "parent");
  for (size_t i = 0; i < stacks->nodes.count; i++)
    ms_json_i64(json, NULL, stacks->nodes.items[i].parent == MS_NONE ? -1 : (int64_t)stacks->nodes.items[i].parent);
  ms_json_end_array(json);
  ms_json_array(json, "frame");
  for (size_t i = 0; i < stacks->nodes.count; i++)
    ms_json_u64(json, NULL, stacks->nodes.items[i].frame);
  ms_json_end_array(json);
  ms_json_end_object(json);
}

static void leaves(struct ms_json *json, const struct ms_analysis *analysis) {
  const struct ms_stacks *stacks = &analysis->stacks;
  const struct ms_stack *recorded = analysis->run->stacks.stacks.items;
  ms_json_object(json, "stacks");
  ms_json_array(json, "node");
  for (size_t i = 0; i < stacks->items.count; i++)
    ms_json_u64(json, NULL, stacks->items.items[i].node);
  ms_json_end_array(json);
  ms_json_array(json, "call_site");
  for (size_t i = 0; i < stacks->items.count; i++)
    ms_json_u64(json, NULL, analysis->sites.of_stack[stacks->items.items[i].stack]);
  ms_json_end_array(json);
  ms_json_array(json, "cut");
  for (size_t i = 0; i < stacks->items.count; i++)
    ms_json_u64(json, NULL,
                (recorded[stacks->items.items[i].stack].flags & (MS_STACK_CUT_DEPTH | MS_STACK_CUT_FOREIGN)) != 0);
  ms_json_end_array(json);
  ms_json_end_object(json);
}

static void usage_column(struct ms_json *json, const struct ms_usage *usage, const char *key, size_t offset) {
  ms_json_array(json, key);
  for (size_t i = 0; i < usage->rows.count; i++) {
    ms_sum value;
    memcpy(&value, (const char *)&usage->rows.items[i] + offset, sizeof value);
    ms_json_sum(json, NULL, value);
  }
  ms_json_end_array(json);
}

static void usage_rows(struct ms_json *json, const struct ms_analysis *analysis) {
  const struct ms_usage *usage = &analysis->usage;
  ms_json_object(json, "usage");
  ms_json_array(json, "stack");
  for (size_t i = 0; i < usage->rows.count; i++)
    ms_json_u64(json, NULL, analysis->stacks.of_stack[usage->rows.items[i].stack]);
  ms_json_end_array(json);
  ms_json_array(json, "thread");
  for (size_t i = 0; i < usage->rows.count; i++)
    ms_json_u64(json, NULL, usage->rows.items[i].thread);
  ms_json_end_array(json);
  usage_column(json, usage, "allocations", offsetof(struct ms_usage_row, allocations));
  usage_column(json, usage, "bytes_allocated", offsetof(struct ms_usage_row, bytes_allocated));
  usage_column(json, usage, "live_blocks_at_peak", offsetof(struct ms_usage_row, peak_blocks));
  usage_column(json, usage, "live_bytes_at_peak", offsetof(struct ms_usage_row, peak_bytes));
  usage_column(json, usage, "temporary", offsetof(struct ms_usage_row, temporary));
  usage_column(json, usage, "leaked_blocks", offsetof(struct ms_usage_row, live_blocks));
  usage_column(json, usage, "leaked_bytes", offsetof(struct ms_usage_row, live_bytes));
  ms_json_end_object(json);
}

void ms_json_stacks(struct ms_json *json, const struct ms_analysis *analysis) {
  ms_json_object(json, "stacks");
  ms_json_array(json, "strings");
  for (size_t i = 0; i < analysis->strings.items.count; i++)
    ms_json_text(json, NULL, analysis->strings.items.items[i]);
  ms_json_end_array(json);
  frames(json, &analysis->stacks);
  tree(json, &analysis->stacks);
  leaves(json, analysis);
  usage_rows(json, analysis);
  ms_json_end_object(json);
}

/* ---- types and leaks ---- */

void ms_json_types(struct ms_json *json, const struct ms_analysis *analysis) {
  ms_json_array(json, "types");
  for (size_t i = 0; i < analysis->types.items.count; i++) {
    const struct ms_type *type = &analysis->types.items.items[i];
    ms_json_object(json, NULL);
    known_text(json, "type", type->name);
    ms_json_sum(json, "allocations", type->allocations);
    ms_json_sum(json, "bytes_allocated", type->bytes_allocated);
    ms_json_sum(json, "live_bytes_at_peak", type->peak_bytes);
    ms_json_sum(json, "live_bytes_at_exit", type->live_bytes);
    ms_json_array(json, "receivers");
    for (size_t r = 0; r < type->receivers.count; r++)
      ms_json_text(json, NULL, type->receivers.items[r].name);
    ms_json_end_array(json);
    ms_json_array(json, "call_sites");
    for (size_t s = 0; s < type->sites.count; s++)
      ms_json_u64(json, NULL, type->sites.items[s]);
    ms_json_end_array(json);
    ms_json_end_object(json);
  }
  ms_json_end_array(json);
}

static void leak_items(struct ms_json *json, const struct ms_analysis *analysis) {
  ms_json_array(json, "items");
  for (size_t i = 0; i < analysis->leaks.items.count; i++) {
    const struct ms_leak *leak = &analysis->leaks.items.items[i];
    const struct ms_usage_row *row = &analysis->usage.rows.items[leak->row];
    ms_json_object(json, NULL);
    ms_json_text(json, "class", ms_leak_class_names[leak->class]);
    ms_json_u64(json, "stack", analysis->stacks.of_stack[row->stack]);
    ms_json_u64(json, "call_site", analysis->sites.of_stack[row->stack]);
    ms_json_u64(json, "thread", row->thread);
    ms_json_sum(json, "blocks", leak->blocks);
    ms_json_sum(json, "bytes", leak->bytes);
    ms_json_u64(json, "first_ns", row->first_ns);
    ms_json_u64(json, "last_ns", row->last_ns);
    ms_json_end_object(json);
  }
  ms_json_end_array(json);
}

void ms_json_leaks(struct ms_json *json, const struct ms_analysis *analysis) {
  ms_json_object(json, "leaks");
  ms_json_sum(json, "total_blocks", analysis->leaks.total_blocks);
  ms_json_sum(json, "total_bytes", analysis->leaks.total_bytes);
  ms_json_object(json, "classes");
  for (unsigned class = 0; class < MS_LEAK_CLASSES; class ++) {
    ms_json_object(json, ms_leak_class_names[class]);
    ms_json_sum(json, "blocks", analysis->leaks.class_blocks[class]);
    ms_json_sum(json, "bytes", analysis->leaks.class_bytes[class]);
    ms_json_end_object(json);
  }
  ms_json_end_object(json);
  leak_items(json, analysis);
  ms_json_end_object(json);
}
