/* SPDX-License-Identifier: Apache-2.0
 *
 * events.c: both forms of each event side by side, so that they say the same.
 */
#include "emit/events.h"

#include "emit/json_writer.h"
#include "support/text.h"
#include "symbols/symbols.h"

#include <inttypes.h>

struct ms_event_printer {
  FILE *out;
  const struct ms_run *run;
  bool json, stacks;
  struct ms_strings strings;
  struct ms_symbols *symbols;
  uint64_t allocations, deallocations, events;
};

static const char *const kind_names[MS_EVENT_KINDS] = {
    [MS_EVENT_ALLOC] = "alloc",
    [MS_EVENT_FREE] = "free",
    [MS_EVENT_STACK] = "stack",
    [MS_EVENT_THREAD_START] = "thread-start",
    [MS_EVENT_THREAD_END] = "thread-end",
    [MS_EVENT_THREAD_NAME] = "thread-name",
    [MS_EVENT_SCOPE] = "scope",
    [MS_EVENT_MODULES] = "modules",
    [MS_EVENT_MARK] = "mark",
    [MS_EVENT_PHASE_ENTER] = "phase-enter",
    [MS_EVENT_PHASE_EXIT] = "phase-exit",
    [MS_EVENT_SAMPLING] = "sampling",
};

struct ms_event_printer *ms_event_printer_new(FILE *out, const struct ms_run *run, bool json, bool stacks) {
  struct ms_event_printer *printer = ms_memory_new(1, sizeof *printer);
  *printer = (struct ms_event_printer){.out = out, .run = run, .json = json, .stacks = stacks || json};
  ms_strings_start(&printer->strings);
  printer->symbols = ms_symbols_new(&run->facts, &printer->strings);
  return printer;
}

void ms_event_printer_free(struct ms_event_printer *printer) {
  ms_symbols_free(printer->symbols);
  ms_strings_free(&printer->strings);
  free(printer);
}

static const struct ms_stack *stack_of(const struct ms_event_printer *printer, const struct ms_event *event) {
  uint32_t stack = ms_stack_ids_get(&printer->run->streams.items[event->stream].stack_ids, event->stack_id);
  return &printer->run->stacks.stacks.items[stack];
}

static const char *scope_name(const struct ms_event_printer *printer, uint32_t id) {
  uint32_t index = ms_map_get(&printer->run->facts.scope_by_id, id);
  return index == MS_NONE ? "?" : printer->run->facts.scopes.items[index].name;
}

/* ---- counters, for both forms ---- */

struct counter {
  const char *name;
  size_t offset;
};

#define COUNTER(field)                                                                                                 \
  { #field, offsetof(struct ms_thread_counters, field) }
static const struct counter counters[] = {
    COUNTER(ticks),
    COUNTER(thread_start_ns),
    COUNTER(user_ns),
    COUNTER(system_ns),
    COUNTER(cpu_ns),
    COUNTER(read_calls),
    COUNTER(write_calls),
    COUNTER(read_bytes),
    COUNTER(write_bytes),
    COUNTER(storage_read_bytes),
    COUNTER(storage_write_bytes),
    COUNTER(voluntary_switches),
    COUNTER(involuntary_switches),
    COUNTER(run_delay_ns),
    COUNTER(minor_faults),
    COUNTER(major_faults),
    COUNTER(own_read_calls),
    COUNTER(own_write_calls),
    COUNTER(own_read_bytes),
    COUNTER(own_write_bytes),
    COUNTER(unavailable),
};
#undef COUNTER
#define COUNTERS (sizeof counters / sizeof *counters)

/* Gives a counter's value; false where the thread could not read it. */
static bool counter_value(const struct ms_thread_counters *values, size_t index, uint64_t *value) {
  memcpy(value, (const char *)values + counters[index].offset, sizeof *value);
  return (values->unavailable >> index & 1) == 0;
}

/* ---- lines ---- */

static void print_word(FILE *out, const char *before, const char *text) {
  fputs(before, out);
  ms_text_print(out, text);
}

static void print_place(FILE *out, const char *file, uint32_t line, uint32_t column) {
  print_word(out, " at ", file[0] == '\0' ? "?" : file);
  if (line != 0) /* compiled without lines */
    fprintf(out, ":%u", line);
  if (line != 0 && column != 0)
    fprintf(out, ":%u", column);
}

static void print_heap_event(const struct ms_event_printer *printer, const struct ms_event *event) {
  FILE *out = printer->out;
  fprintf(out, " addr=0x%" PRIx64, event->address);
  if (event->kind == MS_EVENT_ALLOC)
    fprintf(out, " size=%" PRIu64, event->size);
  fprintf(out, " stack=%u", event->stack_id);
  const struct ms_stack *stack = stack_of(printer, event);
  const struct ms_site *site = ms_facts_site(&printer->run->facts, stack->site);
  enum ms_route route = ms_route_of(stack->flags);
  if (site != NULL)
    print_word(out, " callee=", site->callee);
  if (site != NULL && route == MS_ROUTE_COMPILED) {
    print_word(out, " function=", site->function[0] == '\0' ? "?" : site->function);
    print_place(out, site->file, site->line, site->column);
  }
  if (route != MS_ROUTE_COMPILED)
    print_word(out, " route=", ms_route_name(route));
  if (event->aligned)
    fprintf(out, " align=%" PRIu64, (uint64_t)1 << event->align_log2);
  if (event->kind == MS_EVENT_ALLOC && event->weight != 1)
    fprintf(out, " weight=%.6g", event->weight);
  if (event->scope != 0)
    print_word(out, " scope=", scope_name(printer, event->scope));
  if (event->realloc)
    fputs(" realloc", out);
}

static const char *text_of(const struct ms_event *event, struct ms_arena *arena) {
  return event->text == NULL ? "" : ms_arena_text(arena, event->text, event->text_bytes);
}

static void print_line(const struct ms_event_printer *printer, const struct ms_event *event, struct ms_arena *arena) {
  FILE *out = printer->out;
  fprintf(out, "%" PRIu64 " tid=%u %s", event->time_ns, printer->run->streams.items[event->stream].file.header.tid,
          kind_names[event->kind]);
  struct ms_thread_counters values;
  uint64_t value;
  switch (event->kind) {
  case MS_EVENT_ALLOC:
  case MS_EVENT_FREE:
    print_heap_event(printer, event);
    break;
  case MS_EVENT_THREAD_START:
  case MS_EVENT_THREAD_END:
    values = ms_event_counters(event);
    for (size_t i = 1; i + 1 < COUNTERS; i++)
      if (counter_value(&values, i, &value))
        fprintf(out, " %s=%" PRIu64, counters[i].name, value);
    break;
  case MS_EVENT_SCOPE:
    print_word(out, " ", event->scope == 0 ? "none" : scope_name(printer, event->scope));
    break;
  case MS_EVENT_MODULES:
    fprintf(out, " generation=%u", event->generation);
    break;
  case MS_EVENT_SAMPLING:
    if (event->sampling.sample_bytes > 0)
      fprintf(out, " sample_bytes=%" PRIu64, event->sampling.sample_bytes);
    else
      fprintf(out, " rate=%.6g", event->sampling.rate);
    break;
  default:
    print_word(out, event->text_bytes == 0 ? "" : " ", text_of(event, arena));
    break;
  }
  putc('\n', out);
}

/* ---- JSON lines ---- */

static void print_json(const struct ms_event_printer *printer, const struct ms_event *event, struct ms_arena *arena) {
  struct ms_json json = ms_json_to(printer->out);
  struct ms_thread_counters values;
  uint64_t value;
  ms_json_object(&json, NULL);
  ms_json_text(&json, "kind", kind_names[event->kind]);
  ms_json_u64(&json, "time_ns", event->time_ns);
  ms_json_u64(&json, "ticks", event->ticks);
  ms_json_u64(&json, "tid", printer->run->streams.items[event->stream].file.header.tid);
  ms_json_text(&json, "file", printer->run->streams.items[event->stream].file.name);
  switch (event->kind) {
  case MS_EVENT_ALLOC:
    ms_json_u64(&json, "size", event->size);
    ms_json_real(&json, "weight", event->weight);
    if (event->aligned)
      ms_json_u64(&json, "alignment", (uint64_t)1 << event->align_log2);
    /* fall through */
  case MS_EVENT_FREE:
    ms_json_hex(&json, "address", event->address);
    ms_json_u64(&json, "stack", event->stack_id);
    ms_json_bool(&json, "realloc", event->realloc);
    ms_json_u64(&json, "scope", event->scope);
    break;
  case MS_EVENT_THREAD_START:
  case MS_EVENT_THREAD_END:
    values = ms_event_counters(event);
    for (size_t i = 1; i + 1 < COUNTERS; i++)
      if (counter_value(&values, i, &value))
        ms_json_u64(&json, counters[i].name, value);
      else
        ms_json_null(&json, counters[i].name);
    break;
  case MS_EVENT_SCOPE:
    ms_json_u64(&json, "scope", event->scope);
    break;
  case MS_EVENT_MODULES:
    ms_json_u64(&json, "generation", event->generation);
    break;
  case MS_EVENT_SAMPLING:
    ms_json_u64(&json, "sample_bytes", event->sampling.sample_bytes);
    ms_json_real(&json, "rate", event->sampling.rate);
    break;
  default:
    ms_json_text(&json, "text", text_of(event, arena));
    break;
  }
  ms_json_end_object(&json);
}

void ms_event_printer_event(struct ms_event_printer *printer, const struct ms_event *event) {
  struct ms_arena arena = {0};
  printer->events++;
  printer->allocations += event->kind == MS_EVENT_ALLOC;
  printer->deallocations += event->kind == MS_EVENT_FREE;
  if (printer->json)
    print_json(printer, event, &arena);
  else
    print_line(printer, event, &arena);
  ms_arena_free(&arena);
}

/* ---- stacks ---- */

static void print_frame(struct ms_event_printer *printer, uint32_t number, const struct ms_frame *frame) {
  struct ms_symbol_list list = ms_symbols_of(printer->symbols, frame);
  for (size_t i = 0; i < list.count; i++) {
    const struct ms_symbol *symbol = &list.items[i];
    fprintf(printer->out, "  #%u 0x%" PRIx64, number, frame->address);
    print_word(printer->out, " ", printer->strings.items.items[symbol->function]);
    if (symbol->file != 0)
      print_place(printer->out, printer->strings.items.items[symbol->file], symbol->line, 0);
    fputs(symbol->inlined ? " inlined\n" : "\n", printer->out);
  }
}

static void json_frame(struct ms_event_printer *printer, struct ms_json *json, const struct ms_frame *frame) {
  struct ms_symbol_list list = ms_symbols_of(printer->symbols, frame);
  ms_json_object(json, NULL);
  ms_json_hex(json, "address", frame->address);
  ms_json_array(json, "symbols");
  for (size_t i = 0; i < list.count; i++) {
    ms_json_object(json, NULL);
    ms_json_text(json, "function", printer->strings.items.items[list.items[i].function]);
    ms_json_text(json, "file", printer->strings.items.items[list.items[i].file]);
    ms_json_u64(json, "line", list.items[i].line);
    ms_json_bool(json, "inlined", list.items[i].inlined);
    ms_json_end_object(json);
  }
  ms_json_end_array(json);
  ms_json_end_object(json);
}

static void print_stack(struct ms_event_printer *printer, const struct ms_stream *stream, uint32_t id) {
  const struct ms_stack_table *table = &printer->run->stacks;
  uint32_t number = ms_stack_ids_get(&stream->stack_ids, id);
  const struct ms_stack *stack = &table->stacks.items[number];
  struct ms_json json = ms_json_to(printer->out);
  bool cut = (stack->flags & (MS_STACK_CUT_DEPTH | MS_STACK_CUT_FOREIGN)) != 0;
  if (printer->json) {
    ms_json_object(&json, NULL);
    ms_json_text(&json, "kind", "stack");
    ms_json_u64(&json, "tid", stream->file.header.tid);
    ms_json_text(&json, "file", stream->file.name);
    ms_json_u64(&json, "id", id);
    ms_json_u64(&json, "site", stack->site);
    ms_json_u64(&json, "flags", stack->flags);
    ms_json_array(&json, "frames");
  } else {
    fprintf(printer->out, "tid=%u stack id=%u site=%u frames=%u%s\n", stream->file.header.tid, id, stack->site,
            ms_stack_depth(table, number), cut ? " cut" : "");
  }
  uint32_t depth = 0;
  for (uint32_t node = stack->node; node != MS_NONE; node = table->nodes.items[node].parent) {
    const struct ms_frame *frame = &table->frames.items[table->nodes.items[node].frame];
    if (printer->json)
      json_frame(printer, &json, frame);
    else
      print_frame(printer, depth++, frame);
  }
  if (!printer->json)
    return;
  ms_json_end_array(&json);
  ms_json_end_object(&json);
}

void ms_event_printer_stacks(struct ms_event_printer *printer) {
  for (size_t i = 0; printer->stacks && i < printer->run->streams.count; i++) {
    const struct ms_stream *stream = &printer->run->streams.items[i];
    for (uint32_t id = 1; id < stream->stack_ids.count; id++)
      if (stream->stack_ids.items[id] != MS_NONE)
        print_stack(printer, stream, id);
  }
}

void ms_event_printer_end(struct ms_event_printer *printer) {
  if (!printer->json) {
    fprintf(printer->out, "total allocations=%" PRIu64 " deallocations=%" PRIu64 " events=%" PRIu64 "\n",
            printer->allocations, printer->deallocations, printer->events);
    return;
  }
  struct ms_json json = ms_json_to(printer->out);
  ms_json_object(&json, NULL);
  ms_json_text(&json, "kind", "total");
  ms_json_u64(&json, "allocations", printer->allocations);
  ms_json_u64(&json, "deallocations", printer->deallocations);
  ms_json_u64(&json, "events", printer->events);
  ms_json_end_object(&json);
}

/* ---- files without events ---- */

void ms_events_print_frequency(FILE *out, const struct ms_trace_file *file, struct ms_damage_list *damage) {
  uint64_t at = 0, calls = 0;
  struct ms_frequency entry;
  bool cut;
  while (ms_frequency_next(file, &at, &entry, &cut)) {
    calls += entry.calls;
    fprintf(out,
            "tid=%u frequency site=%u calls=%" PRIu64 " bytes=%" PRIu64 " min=%" PRIu64 " max=%" PRIu64
            " first_ticks=%" PRIu64 " last_ticks=%" PRIu64 "\n",
            file->header.tid, entry.site, entry.calls, entry.bytes, entry.min_bytes, entry.max_bytes, entry.first_ticks,
            entry.last_ticks);
  }
  if (cut)
    ms_damage_add(damage, file->path, at, file->size - at, "cut inside an entry");
  fprintf(out, "total calls=%" PRIu64 "\n", calls);
}

void ms_events_print_facts(FILE *out, const struct ms_trace_file *file, struct ms_damage_list *damage) {
  static const char *const names[] = {[MS_FACT_PROCESS] = "process",
                                      [MS_FACT_CLOCK] = "clock",
                                      [MS_FACT_OPTION] = "option",
                                      [MS_FACT_MODULE] = "module",
                                      [MS_FACT_MODULE_GONE] = "module-gone",
                                      [MS_FACT_SITE] = "site",
                                      [MS_FACT_SCOPE] = "scope",
                                      [MS_FACT_END] = "end",
                                      [MS_FACT_NOTE] = "note",
                                      [MS_FACT_TREE] = "tree",
                                      [MS_FACT_METRIC] = "metric",
                                      [MS_FACT_UNAVAILABLE] = "unavailable",
                                      [MS_FACT_INSTANCE] = "instance",
                                      [MS_FACT_SAMPLE] = "sample"};
  uint64_t at = 0, facts = 0;
  struct ms_fact fact;
  while (ms_fact_next(file, &at, &fact, damage)) {
    const char *name = fact.kind < sizeof names / sizeof *names ? names[fact.kind] : NULL;
    fprintf(out, "offset=0x%" PRIx64 " fact %s bytes=%zu\n", fact.offset, name == NULL ? "unknown" : name,
            ms_cursor_left(&fact.payload));
    facts++;
  }
  fprintf(out, "total facts=%" PRIu64 "\n", facts);
}
