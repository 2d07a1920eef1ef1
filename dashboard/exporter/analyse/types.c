/* SPDX-License-Identifier: Apache-2.0
 *
 * types.c: see types.h.
 */
#include "analyse/types.h"

#include "support/memory.h"

#include <stdlib.h>
#include <string.h>

/* Returns a copy with the outermost count taken out, "int[12]" as "int[]": arrays of all lengths are one type. */
static char *folded(const char *name) {
  size_t length = strlen(name), begin = length;
  for (size_t at = length; at > 0 && name[at - 1] == ']';) {
    for (at--; at > 0 && name[at - 1] >= '0' && name[at - 1] <= '9';)
      at--;
    if (at == 0 || name[at - 1] != '[')
      break;
    begin = --at;
  }
  char *copy = ms_memory_new(length + 1, 1);
  size_t digits = begin < length ? strspn(name + begin + 1, "0123456789") : 0;
  size_t kept = begin < length ? begin + 1 : length;
  memcpy(copy, name, kept);
  memcpy(copy + kept, name + kept + digits, length - kept - digits);
  return copy;
}

static struct ms_type *type_of(struct ms_types *types, struct ms_index *index, const char *exact) {
  char *name = folded(exact);
  uint64_t hash = ms_hash_bytes(name, strlen(name));
  size_t cursor = 0;
  uint32_t found;
  while ((found = ms_index_next(index, hash, &cursor)) != MS_NONE)
    if (strcmp(types->items.items[found].name, name) == 0) {
      free(name);
      return &types->items.items[found];
    }
  ms_index_add(index, hash, (uint32_t)types->items.count);
  ms_vec_push(&types->items, ((struct ms_type){.name = name}));
  return &types->items.items[types->items.count - 1];
}

static void add_receiver(struct ms_type *type, const char *name, const struct ms_call_site *site) {
  if (name[0] == '\0')
    return;
  size_t i = 0;
  while (i < type->receivers.count && strcmp(type->receivers.items[i].name, name) != 0)
    i++;
  if (i == type->receivers.count)
    ms_vec_push(&type->receivers, ((struct ms_receiver){.name = name}));
  struct ms_receiver *receiver = &type->receivers.items[i];
  receiver->allocations += site->allocations;
  receiver->bytes_allocated += site->bytes_allocated;
  receiver->peak_bytes += site->peak_bytes;
  receiver->live_bytes += site->live_bytes;
}

static int receiver_by_bytes(const void *left, const void *right) {
  const struct ms_receiver *a = left, *b = right;
  if (a->bytes_allocated != b->bytes_allocated)
    return a->bytes_allocated > b->bytes_allocated ? -1 : 1;
  return strcmp(a->name, b->name);
}

static int by_bytes(const void *left, const void *right) {
  const struct ms_type *a = left, *b = right;
  if (a->bytes_allocated != b->bytes_allocated)
    return a->bytes_allocated > b->bytes_allocated ? -1 : 1;
  return strcmp(a->name, b->name);
}

void ms_types_sum(struct ms_types *types, const struct ms_sites *sites) {
  struct ms_index index = {0};
  for (size_t i = 0; i < sites->items.count; i++) {
    const struct ms_call_site *site = &sites->items.items[i];
    if (site->allocations == 0)
      continue;
    struct ms_type *type = type_of(types, &index, site->named == NULL ? "" : site->named->type);
    type->allocations += site->allocations;
    type->bytes_allocated += site->bytes_allocated;
    type->peak_bytes += site->peak_bytes;
    type->live_bytes += site->live_bytes;
    ms_vec_push(&type->sites, (uint32_t)i);
    add_receiver(type, site->named == NULL ? "" : site->named->receiver, site);
  }
  for (size_t i = 0; i < types->items.count; i++)
    ms_vec_sort(&types->items.items[i].receivers, receiver_by_bytes);
  ms_index_free(&index);
  ms_vec_sort(&types->items, by_bytes);
}

void ms_types_free(struct ms_types *types) {
  for (size_t i = 0; i < types->items.count; i++) {
    free(types->items.items[i].name);
    ms_vec_free(&types->items.items[i].sites);
    ms_vec_free(&types->items.items[i].receivers);
  }
  ms_vec_free(&types->items);
}
