/* SPDX-License-Identifier: Apache-2.0
 *
 * types.c: see types.h.
 */
#include "analyse/types.h"

static struct ms_type *type_of(struct ms_types *types, struct ms_index *index, const char *name) {
  uint64_t hash = ms_hash_bytes(name, strlen(name));
  size_t cursor = 0;
  uint32_t found;
  while ((found = ms_index_next(index, hash, &cursor)) != MS_NONE)
    if (strcmp(types->items.items[found].name, name) == 0)
      return &types->items.items[found];
  ms_index_add(index, hash, (uint32_t)types->items.count);
  ms_vec_push(&types->items, ((struct ms_type){.name = name}));
  return &types->items.items[types->items.count - 1];
}

static void add_receiver(struct ms_type *type, const char *receiver) {
  if (receiver[0] == '\0')
    return;
  for (size_t i = 0; i < type->receivers.count; i++)
    if (strcmp(type->receivers.items[i], receiver) == 0)
      return;
  ms_vec_push(&type->receivers, receiver);
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
    add_receiver(type, site->named == NULL ? "" : site->named->receiver);
  }
  ms_index_free(&index);
  ms_vec_sort(&types->items, by_bytes);
}

void ms_types_free(struct ms_types *types) {
  for (size_t i = 0; i < types->items.count; i++) {
    ms_vec_free(&types->items.items[i].sites);
    ms_vec_free(&types->items.items[i].receivers);
  }
  ms_vec_free(&types->items);
}
