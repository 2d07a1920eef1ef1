/* SPDX-License-Identifier: Apache-2.0
 *
 * atomics.h: the memory orders in use, in the name of the operation. The runtime uses no other atomic operations, so
 * that this list says at once which orders there are. Pairs are labelled R<n>/A<n> where they stand and listed in
 * docs/memory-model.md.
 */
#ifndef MS_ATOMICS_H
#define MS_ATOMICS_H

#include <stdatomic.h>

#define MS_CACHE_LINE 64

#define ms_load_relaxed(p) atomic_load_explicit(p, memory_order_relaxed)
#define ms_load_acquire(p) atomic_load_explicit(p, memory_order_acquire)
#define ms_store_relaxed(p, v) atomic_store_explicit(p, v, memory_order_relaxed)
#define ms_store_release(p, v) atomic_store_explicit(p, v, memory_order_release)
#define ms_add_relaxed(p, v) atomic_fetch_add_explicit(p, v, memory_order_relaxed)
#define ms_or_relaxed(p, v) atomic_fetch_or_explicit(p, v, memory_order_relaxed)
#define ms_cas_relaxed(p, expected, desired)                                                                           \
  atomic_compare_exchange_strong_explicit(p, expected, desired, memory_order_relaxed, memory_order_relaxed)
#define ms_cas_acq_rel(p, expected, desired)                                                                           \
  atomic_compare_exchange_strong_explicit(p, expected, desired, memory_order_acq_rel, memory_order_acquire)

/** Orders this thread's accesses against a signal handler of the same thread; no instruction. */
#define ms_signal_fence() atomic_signal_fence(memory_order_seq_cst)

#define ms_likely(x) __builtin_expect(!!(x), 1)
#define ms_unlikely(x) __builtin_expect(!!(x), 0)
#define MS_COLD __attribute__((cold, noinline))
/* Of a variable that several files share: read in place, not through the linker's table. */
#define MS_HIDDEN __attribute__((visibility("hidden")))

#endif
