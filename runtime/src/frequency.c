/* SPDX-License-Identifier: Apache-2.0
 *
 * frequency.c: the .freq file doubles in place; the page it starts with holds 63 sites, enough for most threads.
 */
#include "frequency.h"

#include <errno.h>
#include <string.h>

#include "atomics.h"
#include "os.h"

#define FIRST_BYTES 4096u

static uint32_t capacity_of(size_t bytes) {
  return (uint32_t)((bytes - sizeof(struct ms_file_header)) / sizeof(struct ms_frequency));
}

static void use_mapping(struct ms_frequency_table *table, uint8_t *memory, size_t bytes) {
  table->entries = (struct ms_frequency *)(void *)(memory + sizeof(struct ms_file_header));
  table->capacity = capacity_of(bytes) - 1; /* the last entry stays empty: it ends the table */
  table->mapped_bytes = bytes;
}

static void *mapping(const struct ms_frequency_table *table) {
  return (uint8_t *)table->entries - sizeof(struct ms_file_header);
}

int ms_frequency_open(struct ms_frequency_table *table, const char *path, const struct ms_file_header *head) {
  memset(table, 0, sizeof *table);
  table->path = path;
  void *memory;
  int error = ms_os_create_mapped(path, FIRST_BYTES, &memory);
  if (error != 0)
    return error;
  if (!memory) { /* the file system has no shared mappings: an empty table */
    (void)ms_os_write_at(path, head, sizeof *head, 0);
    return -EOPNOTSUPP;
  }
  table->index = table->first_index;
  table->index_capacity = MS_FREQUENCY_FIRST_INDEX;
  memcpy(memory, head, sizeof *head);
  use_mapping(table, memory, FIRST_BYTES);
  return 0;
}

static void free_index(struct ms_frequency_table *table) {
  if (table->index != table->first_index)
    ms_os_unmap(table->index, table->index_capacity * sizeof *table->index);
}

void ms_frequency_close(struct ms_frequency_table *table) {
  if (!table->entries)
    return;
  ms_os_unmap(mapping(table), table->mapped_bytes);
  free_index(table);
  memset(table, 0, sizeof *table);
}

static void put_index(uint32_t *index, uint32_t capacity, uint32_t site, uint32_t slot) {
  uint32_t at = site & (capacity - 1);
  while (index[at] != 0)
    at = (at + 1) & (capacity - 1);
  index[at] = slot + 1;
}

void ms_frequency_part(struct ms_frequency_table *table) {
  if (!table->entries)
    return;
  table->path = ""; /* there is no such file: it cannot grow */
  (void)ms_os_make_private(mapping(table), table->mapped_bytes);
}

static bool grow_file(struct ms_frequency_table *table) {
  size_t bytes = 2 * table->mapped_bytes;
  uint32_t index_capacity = 2 * table->index_capacity;
  uint32_t *index = ms_os_map(index_capacity * sizeof *index);
  uint8_t *memory = index ? ms_os_grow_mapped(table->path, bytes) : NULL;
  if (!memory) {
    ms_os_unmap(index, index_capacity * sizeof *index);
    return false;
  }
  for (uint32_t slot = 0; slot < table->count; slot++)
    put_index(index, index_capacity, table->entries[slot].site, slot);
  ms_os_unmap(mapping(table), table->mapped_bytes);
  free_index(table);
  table->index = index;
  table->index_capacity = index_capacity;
  use_mapping(table, memory, bytes);
  return true;
}

/* A fork in a signal handler would leave the child to use the file, too. */
static MS_COLD bool grow(struct ms_frequency_table *table) {
  uint64_t signals = ms_os_hold_signals();
  bool grown = grow_file(table);
  ms_os_release_signals(signals);
  return grown;
}

uint32_t ms_frequency_slot(struct ms_frequency_table *table, uint32_t site) {
  uint32_t mask = table->index_capacity - 1;
  for (uint32_t at = site & mask; table->index[at] != 0; at = (at + 1) & mask)
    if (table->entries[table->index[at] - 1].site == site)
      return table->index[at] - 1;
  if (table->count == table->capacity && !grow(table))
    return UINT32_MAX;
  uint32_t slot = table->count++;
  table->entries[slot].site = site;
  put_index(table->index, table->index_capacity, site, slot);
  return slot;
}
