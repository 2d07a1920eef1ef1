/* SPDX-License-Identifier: Apache-2.0
 *
 * facts.c: walks the framed facts and files each under its table. Field order is that of docs/trace-format.md.
 */
#include "read/facts.h"

#include "support/crc32c.h"

#define FACT_HEADER_BYTES sizeof(struct ms_fact_header)
#define MOST_ARGUMENTS 65536u
#define MOST_OVERLAPS 256u /* modules that reach over a place where others were at other times */

struct fact_head {
  uint32_t kind, payload_bytes, checksum;
  bool sound;
};

static struct fact_head read_fact_head(const struct ms_trace_file *file, uint64_t at) {
  struct ms_cursor cursor = ms_cursor_over(file->bytes + at, FACT_HEADER_BYTES);
  struct fact_head head = {0};
  head.kind = ms_cursor_u32(&cursor);
  head.payload_bytes = ms_cursor_u32(&cursor);
  head.checksum = ms_cursor_u32(&cursor);
  head.sound = ms_cursor_u32(&cursor) == (head.kind ^ head.payload_bytes ^ head.checksum ^ MS_FACT_CHECK);
  return head;
}

/* Returns where the next sound header stands behind `at`, the file's size where none does. */
static uint64_t next_fact_after(const struct ms_trace_file *file, uint64_t at) {
  while (++at + FACT_HEADER_BYTES <= file->size) {
    struct fact_head head = read_fact_head(file, at);
    if (head.sound && head.payload_bytes <= file->size - at - FACT_HEADER_BYTES)
      return at;
  }
  return file->size;
}

bool ms_fact_next(const struct ms_trace_file *file, uint64_t *at, struct ms_fact *fact, struct ms_damage_list *damage) {
  if (*at == 0)
    *at = file->header.header_bytes;
  while (*at < file->size) {
    uint64_t begin = *at, left = file->size - begin;
    struct fact_head head = {0};
    if (left >= FACT_HEADER_BYTES)
      head = read_fact_head(file, begin);
    if (!head.sound || head.payload_bytes > left - FACT_HEADER_BYTES) {
      *at = next_fact_after(file, begin);
      ms_damage_add(damage, file->path, begin, *at - begin, "%s",
                    head.sound || left < FACT_HEADER_BYTES ? "cut inside a record" : "record header is damaged");
      continue;
    }
    *at = begin + FACT_HEADER_BYTES + head.payload_bytes;
    const uint8_t *payload = file->bytes + begin + FACT_HEADER_BYTES;
    if (ms_crc32c(payload, head.payload_bytes) != head.checksum) {
      ms_damage_add(damage, file->path, begin, *at - begin, "record is damaged (its checksum does not hold)");
      continue;
    }
    *fact = (struct ms_fact){head.kind, begin, ms_cursor_over(payload, head.payload_bytes)};
    return true;
  }
  return false;
}

static const char *take_text(struct ms_facts *facts, struct ms_cursor *payload) {
  size_t length;
  const char *bytes = ms_cursor_text(payload, &length);
  return bytes == NULL ? "" : ms_arena_text(&facts->arena, bytes, length);
}

/* "DIR/." is the same folder as DIR: a text for people does without the end. */
static const char *take_path(struct ms_facts *facts, struct ms_cursor *payload) {
  const char *path = take_text(facts, payload);
  size_t length = strlen(path);
  while (length >= 2 && path[length - 1] == '.' && path[length - 2] == '/')
    length -= length == 2 ? 1 : 2;
  return path[length] == '\0' ? path : ms_arena_text(&facts->arena, path, length);
}

static void read_process(struct ms_facts *facts, struct ms_cursor *payload) {
  facts->pid = ms_cursor_u32(payload);
  facts->parent_pid = ms_cursor_u32(payload);
  facts->start_ticks = ms_cursor_u64(payload);
  facts->nominal_ticks_per_second = ms_cursor_u64(payload);
  facts->page_size_bytes = ms_cursor_u32(payload);
  facts->cores = ms_cursor_u32(payload);
  facts->clock_source = take_text(facts, payload);
  facts->executable = take_path(facts, payload);
  facts->working_directory = take_path(facts, payload);
  facts->host = take_text(facts, payload);
  facts->kernel = take_text(facts, payload);
  facts->libc = take_text(facts, payload);
  facts->runtime_version = take_text(facts, payload);
  uint32_t arguments = ms_cursor_u32(payload);
  facts->arguments.count = 0;
  for (uint32_t i = 0; i < arguments && i < MOST_ARGUMENTS && !payload->failed; i++)
    ms_vec_push(&facts->arguments, take_text(facts, payload));
  facts->has_process = !payload->failed;
}

static void read_clock(struct ms_facts *facts, struct ms_cursor *payload) {
  struct ms_clock_reading reading = {0};
  reading.ticks = ms_cursor_u64(payload);
  reading.monotonic_ns = ms_cursor_u64(payload);
  reading.realtime_ns = ms_cursor_u64(payload);
  reading.boottime_ns = ms_cursor_u64(payload);
  if (payload->failed)
    return;
  if (facts->readings++ == 0)
    facts->first_reading = reading;
  facts->last_reading = reading;
}

static void read_module(struct ms_facts *facts, struct ms_cursor *payload) {
  struct ms_module module = {.gone_generation = UINT32_MAX};
  module.load_bias = ms_cursor_u64(payload);
  module.low = ms_cursor_u64(payload);
  module.high = ms_cursor_u64(payload);
  module.generation = ms_cursor_u32(payload);
  module.path = take_text(facts, payload);
  module.build_id = take_text(facts, payload);
  if (payload->failed)
    return;
  ms_map_set(&facts->module_by_bias, module.load_bias, (uint32_t)facts->modules.count);
  ms_vec_push(&facts->modules, module);
}

static void read_module_gone(struct ms_facts *facts, struct ms_cursor *payload) {
  uint64_t load_bias = ms_cursor_u64(payload);
  uint32_t generation = ms_cursor_u32(payload);
  uint32_t newest = ms_map_get(&facts->module_by_bias, load_bias);
  if (newest != MS_NONE && facts->modules.items[newest].gone_generation == UINT32_MAX)
    facts->modules.items[newest].gone_generation = generation;
}

static void read_site(struct ms_facts *facts, struct ms_cursor *payload) {
  struct ms_site site = {0};
  site.id = ms_cursor_u32(payload);
  site.line = ms_cursor_u32(payload);
  site.column = ms_cursor_u32(payload);
  site.family = ms_cursor_u8(payload);
  site.callee = take_text(facts, payload);
  site.function = take_text(facts, payload);
  site.file = take_text(facts, payload);
  site.type = take_text(facts, payload);
  site.receiver = take_text(facts, payload);
  if (payload->failed || ms_map_get(&facts->site_by_id, site.id) != MS_NONE)
    return;
  ms_map_set(&facts->site_by_id, site.id, (uint32_t)facts->sites.count);
  ms_vec_push(&facts->sites, site);
}

static void read_scope(struct ms_facts *facts, struct ms_cursor *payload) {
  struct ms_scope scope = {0};
  scope.id = ms_cursor_u32(payload);
  scope.line = ms_cursor_u32(payload);
  scope.name = take_text(facts, payload);
  scope.function = take_text(facts, payload);
  scope.file = take_text(facts, payload);
  if (payload->failed || ms_map_get(&facts->scope_by_id, scope.id) != MS_NONE)
    return;
  if (scope.name[0] == '\0') /* the annotation gave none */
    scope.name = scope.function;
  ms_map_set(&facts->scope_by_id, scope.id, (uint32_t)facts->scopes.count);
  ms_vec_push(&facts->scopes, scope);
}

static void read_small(struct ms_facts *facts, uint32_t kind, struct ms_cursor *payload) {
  if (kind == MS_FACT_OPTION) {
    const char *key = take_text(facts, payload), *value = take_text(facts, payload);
    bool given = ms_cursor_u8(payload) != 0;
    if (!payload->failed)
      ms_vec_push(&facts->options, ((struct ms_option){key, value, given}));
  } else if (kind == MS_FACT_END) {
    facts->end_ticks = ms_cursor_u64(payload);
    facts->ended = !payload->failed;
  } else if (kind == MS_FACT_TREE) {
    (void)ms_cursor_u64(payload); /* the process's start: for other processes */
    facts->tree = take_text(facts, payload);
  } else if (kind == MS_FACT_NOTE) {
    uint64_t ticks = ms_cursor_u64(payload);
    const char *text = take_text(facts, payload);
    if (!payload->failed)
      ms_vec_push(&facts->notes, ((struct ms_note){ticks, text}));
  }
}

void ms_facts_default(struct ms_facts *facts) {
  facts->clock_source = facts->executable = facts->working_directory = facts->host = "";
  facts->kernel = facts->libc = facts->runtime_version = facts->tree = "";
}

static int by_place(const void *left, const void *right) {
  const struct ms_module_place *a = left, *b = right;
  if (a->low != b->low)
    return a->low < b->low ? -1 : 1;
  if (a->generation != b->generation)
    return a->generation < b->generation ? -1 : 1;
  return a->module < b->module ? -1 : a->module > b->module;
}

static void sort_modules(struct ms_facts *facts) {
  for (uint32_t i = 0; i < facts->modules.count; i++) {
    const struct ms_module *module = &facts->modules.items[i];
    ms_vec_push(&facts->places, ((struct ms_module_place){module->low, 0, module->generation, i}));
  }
  ms_vec_sort(&facts->places, by_place);
  uint64_t reach = 0;
  for (size_t i = 0; i < facts->places.count; i++) {
    struct ms_module_place *place = &facts->places.items[i];
    uint64_t high = facts->modules.items[place->module].high;
    reach = high > reach ? high : reach;
    place->reach = reach;
  }
}

void ms_facts_read(struct ms_facts *facts, const struct ms_trace_file *file, struct ms_damage_list *damage) {
  ms_facts_default(facts);
  uint64_t at = 0;
  struct ms_fact fact;
  while (ms_fact_next(file, &at, &fact, damage)) {
    switch (fact.kind) {
    case MS_FACT_PROCESS:
      read_process(facts, &fact.payload);
      break;
    case MS_FACT_CLOCK:
      read_clock(facts, &fact.payload);
      break;
    case MS_FACT_MODULE:
      read_module(facts, &fact.payload);
      break;
    case MS_FACT_MODULE_GONE:
      read_module_gone(facts, &fact.payload);
      break;
    case MS_FACT_SITE:
      read_site(facts, &fact.payload);
      break;
    case MS_FACT_SCOPE:
      read_scope(facts, &fact.payload);
      break;
    default:
      read_small(facts, fact.kind, &fact.payload);
      break;
    }
    if (fact.payload.failed)
      ms_damage_add(damage, file->path, fact.offset, at - fact.offset, "record of kind %u is too short", fact.kind);
  }
  sort_modules(facts);
}

/* The number of places up to this address, those that begin there up to this generation. */
static size_t places_up_to(const struct ms_facts *facts, uint64_t low, uint32_t generation) {
  size_t from = 0, to = facts->places.count;
  while (from < to) {
    size_t middle = from + (to - from) / 2;
    const struct ms_module_place *place = &facts->places.items[middle];
    if (place->low < low || (place->low == low && place->generation <= generation))
      from = middle + 1;
    else
      to = middle;
  }
  return from;
}

uint32_t ms_facts_module(const struct ms_facts *facts, uint64_t address, uint32_t generation) {
  size_t count = places_up_to(facts, address, UINT32_MAX);
  for (unsigned tried = 0; count > 0 && facts->places.items[count - 1].reach > address && tried < MOST_OVERLAPS;
       tried++) {
    uint64_t low = facts->places.items[count - 1].low;
    size_t up_to = places_up_to(facts, low, generation);
    if (up_to > 0 && facts->places.items[up_to - 1].low == low) {
      uint32_t index = facts->places.items[up_to - 1].module;
      const struct ms_module *module = &facts->modules.items[index];
      if (address < module->high && generation < module->gone_generation)
        return index;
    }
    count = low == 0 ? 0 : places_up_to(facts, low - 1, UINT32_MAX); /* those that begin before */
  }
  return MS_NONE;
}

const struct ms_site *ms_facts_site(const struct ms_facts *facts, uint32_t id) {
  uint32_t index = ms_map_get(&facts->site_by_id, id);
  return index == MS_NONE ? NULL : &facts->sites.items[index];
}

void ms_facts_free(struct ms_facts *facts) {
  ms_arena_free(&facts->arena);
  ms_vec_free(&facts->arguments);
  ms_vec_free(&facts->options);
  ms_vec_free(&facts->modules);
  ms_vec_free(&facts->places);
  ms_vec_free(&facts->sites);
  ms_vec_free(&facts->scopes);
  ms_vec_free(&facts->notes);
  ms_map_free(&facts->site_by_id);
  ms_map_free(&facts->scope_by_id);
  ms_map_free(&facts->module_by_bias);
}
