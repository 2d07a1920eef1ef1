/* SPDX-License-Identifier: Apache-2.0
 *
 * functions.c: functions stand in namespaces, classes and in other functions; their code never overlaps.
 */
#include "symbols/functions.h"

#include <dwarf.h>

/* Deeper nesting than any source has is hostile. */
#define DEPTH_MAX 256

static void list_functions(struct ms_functions *functions, Dwarf_Die *parent, unsigned depth) {
  Dwarf_Die child;
  if (depth == DEPTH_MAX || dwarf_child(parent, &child) != 0)
    return;
  do {
    Dwarf_Addr base, low, high;
    ptrdiff_t offset = 0;
    if (dwarf_tag(&child) == DW_TAG_subprogram)
      while ((offset = dwarf_ranges(&child, offset, &base, &low, &high)) > 0)
        ms_vec_push(&functions->ranges, ((struct ms_function_range){low, high, child}));
    list_functions(functions, &child, depth + 1);
  } while (dwarf_siblingof(&child, &child) == 0);
}

static int by_low(const void *left, const void *right) {
  const struct ms_function_range *a = left, *b = right;
  return a->low < b->low ? -1 : a->low > b->low;
}

static const Dwarf_Die *function_at(const struct ms_functions *functions, Dwarf_Addr address) {
  size_t low = 0, high = functions->ranges.count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (functions->ranges.items[middle].low <= address)
      low = middle + 1;
    else
      high = middle;
  }
  return low > 0 && address < functions->ranges.items[low - 1].high ? &functions->ranges.items[low - 1].function : NULL;
}

/* The part of a function, a block or an inlined subroutine, that the address lies in. */
static bool part_around(Dwarf_Die *whole, Dwarf_Addr address, Dwarf_Die *part) {
  if (dwarf_child(whole, part) != 0)
    return false;
  do {
    int tag = dwarf_tag(part);
    bool is_code = tag == DW_TAG_inlined_subroutine || tag == DW_TAG_lexical_block || tag == DW_TAG_try_block ||
                   tag == DW_TAG_catch_block;
    if (is_code && dwarf_haspc(part, address) > 0)
      return true;
  } while (dwarf_siblingof(part, part) == 0);
  return false;
}

static void reverse(ms_dies *chain) {
  for (size_t i = 0, j = chain->count; i + 1 < j; i++) {
    Dwarf_Die die = chain->items[i];
    chain->items[i] = chain->items[--j];
    chain->items[j] = die;
  }
}

void ms_functions_around(struct ms_functions *functions, Dwarf_Die *unit, Dwarf_Addr address, ms_dies *chain) {
  if (!functions->listed) {
    list_functions(functions, unit, 0);
    ms_vec_sort(&functions->ranges, by_low);
    functions->listed = true;
  }
  chain->count = 0;
  const Dwarf_Die *function = function_at(functions, address);
  if (function == NULL)
    return;
  Dwarf_Die at = *function, part;
  ms_vec_push(chain, at);
  for (unsigned depth = 0; depth < DEPTH_MAX && part_around(&at, address, &part); depth++) {
    if (dwarf_tag(&part) == DW_TAG_inlined_subroutine)
      ms_vec_push(chain, part);
    at = part;
  }
  reverse(chain);
}

void ms_functions_free(struct ms_functions *functions) { ms_vec_free(&functions->ranges); }
