/* SPDX-License-Identifier: Apache-2.0
 *
 * mappings.c: the array. It doubles in memory of the system's own, and is never given back.
 */
#include "mappings.h"

#include <pthread.h>
#include <string.h>

#include "atomics.h"
#include "os.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct ms_mapping *mappings; /* sorted, not overlapping */
static size_t capacity;
static _Atomic size_t count;

struct ms_mapping ms_mappings_pages(uintptr_t address, size_t bytes) {
  uintptr_t page = ms_os_page_size();
  return (struct ms_mapping){address & ~(page - 1), (address + bytes + page - 1) & ~(page - 1), 0};
}

/* relaxed: whoever hands a mapping to another thread orders the two */
bool ms_mappings_any(void) { return ms_load_relaxed(&count) != 0; }

/* The first mapping that ends behind `address`. */
static size_t find(uintptr_t address, size_t known) {
  size_t low = 0, high = known;
  while (low < high) {
    size_t middle = (low + high) / 2;
    if (mappings[middle].high <= address)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

bool ms_mappings_add(struct ms_mapping mapping, double weight) {
  mapping.weight = weight;
  pthread_mutex_lock(&lock);
  size_t known = ms_load_relaxed(&count); /* relaxed: changed under the lock only */
  bool room = ms_os_room((void **)&mappings, &capacity, sizeof *mappings, known + 1);
  if (room) {
    size_t at = find(mapping.low, known);
    memmove(&mappings[at + 1], &mappings[at], (known - at) * sizeof *mappings);
    mappings[at] = mapping;
    ms_store_relaxed(&count, known + 1);
  }
  pthread_mutex_unlock(&lock);
  return room;
}

bool ms_mappings_take(struct ms_mapping range, struct ms_mapping *taken) {
  pthread_mutex_lock(&lock);
  size_t known = ms_load_relaxed(&count); /* relaxed: as above */
  size_t at = find(range.low, known);
  bool found = at < known && mappings[at].low < range.high;
  if (found) {
    *taken = mappings[at];
    memmove(&mappings[at], &mappings[at + 1], (known - at - 1) * sizeof *mappings);
    ms_store_relaxed(&count, known - 1);
  }
  pthread_mutex_unlock(&lock);
  return found;
}

void ms_mappings_fork_child(void) {
  pthread_mutex_init(&lock, NULL); /* another thread, which is no more, may have held it at the fork */
}

void ms_mappings_forget(void) { ms_store_relaxed(&count, 0); /* relaxed: one thread */ }
