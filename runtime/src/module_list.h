/* SPDX-License-Identifier: Apache-2.0
 *
 * module_list.h: a copy of the loader's list of modules. The loader's lock is held for the copying only, and with it no
 * lock of ours: a thread of the program may hold it for as long as it likes, inside a callback of dl_iterate_phdr, and
 * there wait for one of ours.
 *
 * Nor is it held during a fork: the C library leaves it in the child as it is, for ever locked. A fork waits for those
 * that copy, and they for it; both for a short time only. Any thread; signals are held back by the caller.
 */
#ifndef MS_MODULE_LIST_H
#define MS_MODULE_LIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ms_listed_module {
  uintptr_t bias, low, high; /* as in struct ms_os_module */
  size_t path, build_id;     /* where they begin in `texts`; the path has a terminator */
  size_t build_id_bytes;
};

struct ms_module_list {
  uint64_t changes; /* as in struct ms_os_module: of two lists the one with more is the newer */
  struct ms_listed_module *modules;
  uint8_t *texts;
  size_t count, modules_capacity, texts_used, texts_capacity;
};

/** Copies the list unless it has had no changes but `known`. @return false when it is that one, or memory is refused;
 *  then there is nothing to be freed. */
bool ms_module_list_take(struct ms_module_list *list, uint64_t known);
void ms_module_list_free(struct ms_module_list *list);

/** Before a fork, and after it on either side. */
void ms_module_list_fork_prepare(void);
void ms_module_list_fork_parent(void);
void ms_module_list_fork_child(void);

#endif
