/* SPDX-License-Identifier: Apache-2.0
 *
 * runtime_stack_table_test.c: interning gives one id to equal stacks and different ids to different ones, however many
 * there are and however their hashes collide.
 */
#include <string.h>

#include "call_stack.h"
#include "check.h"
#include "stack_table.h"

#define STACKS 200000u

/* Returns the stack's id. */
static uint32_t intern(struct ms_stack_table *table, uint32_t site, const uint32_t *frames, uint32_t depth,
                       uint32_t hash, bool *added) {
  const struct ms_call_stack stack = {.numbers = frames, .depth = depth, .hash = hash};
  return ms_stack_entry(table, ms_stack_table_intern(table, site, 0, &stack, added))->id;
}

static void hundreds_of_thousands_keep_their_ids(void) {
  struct ms_stack_table table;
  bool added;
  ms_stack_table_open(&table);
  for (int round = 0; round < 2; round++)
    for (uint32_t i = 0; i < STACKS; i++) {
      uint32_t frames[30], hash = 0;
      for (uint32_t k = 0; k < 30; k++) {
        frames[k] = k < 17 ? (i >> k & 1) : k;
        frames[k] += k == 20 ? i : 0;
        hash = (hash ^ frames[k]) * 0x9e3779b1u;
      }
      CHECK(intern(&table, 7, frames, 30, hash, &added) == i + 1);
      CHECK(added == (round == 0));
    }
  ms_stack_table_close(&table);
}

/* The hash is given by the caller: here it is always the same. */
static void equal_hashes_do_not_mix_stacks(void) {
  struct ms_stack_table table;
  bool added;
  ms_stack_table_open(&table);
  for (int round = 0; round < 2; round++)
    for (uint32_t i = 0; i < 500; i++)
      CHECK(intern(&table, 1, &i, 1, 0xffffffff, &added) == i + 1);
  uint32_t frame = 3;
  CHECK(intern(&table, 2, &frame, 1, 0xffffffff, &added) == 501 && added); /* another site */
  CHECK(intern(&table, 1, &frame, 0, 0xffffffff, &added) == 502 && added); /* another depth */
  ms_stack_table_close(&table);
}

static void forgotten_stacks_get_new_ids(void) {
  struct ms_stack_table table;
  bool added;
  uint32_t frame = 42;
  ms_stack_table_open(&table);
  CHECK(intern(&table, 1, &frame, 1, 5, &added) == 1);
  ms_stack_table_forget(&table);
  CHECK(intern(&table, 1, &frame, 1, 5, &added) == 2 && added);
  ms_stack_table_close(&table);
}

/* A program that loads and unloads a library again and again. */
static void forgotten_stacks_take_no_memory(void) {
  struct ms_stack_table table;
  bool added;
  ms_stack_table_open(&table);
  for (uint32_t round = 0; round < 100; round++) {
    for (uint32_t i = 0; i < 1000; i++) {
      CHECK(intern(&table, 1, &i, 1, i, &added) == 1000 * round + i + 1 && added);
      CHECK(intern(&table, 1, &i, 1, i, &added) == 1000 * round + i + 1 && !added);
    }
    CHECK(table.index_capacity <= 4096 && table.arena_capacity <= 16384);
    ms_stack_table_forget(&table);
  }
  ms_stack_table_close(&table);
}

int main(void) {
  hundreds_of_thousands_keep_their_ids();
  equal_hashes_do_not_mix_stacks();
  forgotten_stacks_get_new_ids();
  forgotten_stacks_take_no_memory();
  return 0;
}
