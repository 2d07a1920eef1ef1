/* SPDX-License-Identifier: Apache-2.0
 *
 * tracked_blocks.h: is this address a tracked block? Asked by every free of an instrumented program, of every thread;
 * generated code looks into the table of regions itself, and asks further only where it finds one (abi.def).
 *
 * Shadow memory in two levels. The address space is cut into regions of 64 MiB; a table in .bss has a pointer per
 * region, NULL while nothing in it was ever tracked; a region's shadow has a byte per 8 bytes of it, not 0 where a
 * tracked block begins.
 *
 *     address  46..26 -> region table (16 MiB of .bss, touched a page per 32 GiB of heap) -> shadow byte 25..3
 *
 * Why not one flat reservation? It would save a load, but 16 TiB of address space is refused under RLIMIT_AS and strict
 * overcommit, collides with the sanitizers' shadow, and mlockall(MCL_FUTURE) would try to fill it. The region table is
 * the page-level filter, too: a heap that holds nothing tracked has no shadow, and its frees touch none.
 *
 * A block of the program's own allocator often begins where the chunk it was cut from begins, so the byte has a bit for
 * either kind. Mappings are not here: they are cut to pieces, see mappings.h.
 *
 * Threads: any. A byte is written by the thread that allocates or frees the block, and the program itself orders those.
 * Cost of a test: two loads and two compares. No lock; a system call once per 64 MiB of tracked heap.
 * Guarded by bench/ (untracked, sizes).
 */
#ifndef MS_TRACKED_BLOCKS_H
#define MS_TRACKED_BLOCKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "atomics.h"
#include "memscope/abi.h"

#define MS_REGION_SHIFT MEMSCOPE_REGION_BITS
#define MS_GRANULE_SHIFT 3u /* jemalloc, tcmalloc and mimalloc align small blocks to 8 bytes */
#if defined(__x86_64__)
#define MS_ADDRESS_BITS MEMSCOPE_ADDRESS_BITS_X86_64 /* the kernel gives out no more unless asked */
#else
#define MS_ADDRESS_BITS MEMSCOPE_ADDRESS_BITS_OTHERS
#endif
#define MS_REGIONS (1u << (MS_ADDRESS_BITS - MS_REGION_SHIFT))
#define MS_REGION_BYTES (1u << (MS_REGION_SHIFT - MS_GRANULE_SHIFT))

/** Who gave the block out; bits of a shadow byte. */
enum ms_block_kind {
  MS_BLOCK_HEAP = 1,   /* malloc, operator new, ... */
  MS_BLOCK_CUSTOM = 2, /* an allocator of the program */
};

typedef _Atomic uint8_t ms_shadow_byte;
extern MS_HIDDEN _Atomic(ms_shadow_byte *) ms_regions[MS_REGIONS];

/** Returns where a block is. AArch64 takes no notice of an address's upper byte, in which allocators and sanitizers
 * keep tags. */
static inline uintptr_t ms_tracked_blocks_place(uintptr_t address) {
#if defined(__aarch64__)
  return address & (UINTPTR_MAX >> 8);
#else
  return address;
#endif
}

/** Returns the shadow byte of an address, or NULL where nothing was ever tracked around it. */
static inline ms_shadow_byte *ms_tracked_blocks_find(uintptr_t address) {
  uintptr_t region = ms_tracked_blocks_place(address) >> MS_REGION_SHIFT;
  if (ms_unlikely(region >= MS_REGIONS))
    return NULL;
  /* A1: pairs with R1 in add_region: who sees the pointer sees a zeroed shadow. */
  ms_shadow_byte *shadow = ms_load_acquire(&ms_regions[region]);
  if (ms_unlikely(!shadow))
    return NULL;
  return shadow + ((address >> MS_GRANULE_SHIFT) & (MS_REGION_BYTES - 1));
}

/** Returns whether a tracked block begins at `address`. */
static inline bool ms_tracked_blocks_test(uintptr_t address) {
  ms_shadow_byte *byte = ms_tracked_blocks_find(address);
  /* relaxed: whoever hands a block to another thread to free orders the two threads */
  return byte && ms_load_relaxed(byte) != 0;
}

static inline void ms_tracked_blocks_clear_byte(ms_shadow_byte *byte, enum ms_block_kind kind) {
  uint8_t kinds = ms_load_relaxed(byte); /* relaxed, both: as in ms_tracked_blocks_test */
  ms_store_relaxed(byte, (uint8_t)(kinds == (MS_BLOCK_HEAP | MS_BLOCK_CUSTOM) ? kinds ^ kind : 0));
}

/** Forgets a block of this kind, or the one of the other kind where there is none: a block may be obtained from the
 *  program's own allocator and released by free. Precondition: ms_tracked_blocks_test said yes. */
static inline void ms_tracked_blocks_clear(uintptr_t address, enum ms_block_kind kind) {
  ms_tracked_blocks_clear_byte(ms_tracked_blocks_find(address), kind);
}

/** Remembers a block; slow the first time in a region. @return false when memory is refused: its free will not be seen.
 */
bool ms_tracked_blocks_add_slow(uintptr_t address, enum ms_block_kind kind);

static inline bool ms_tracked_blocks_add(uintptr_t address, enum ms_block_kind kind) {
  ms_shadow_byte *byte = ms_tracked_blocks_find(address);
  if (ms_unlikely(!byte))
    return ms_tracked_blocks_add_slow(address, kind);
  ms_store_relaxed(byte, (uint8_t)(ms_load_relaxed(byte) | kind));
  return true;
}

/** The same for a block that the heap has just given out: nothing of the program's own lies in it. */
static inline bool ms_tracked_blocks_add_fresh(uintptr_t address) {
  ms_shadow_byte *byte = ms_tracked_blocks_find(address);
  if (ms_unlikely(!byte))
    return ms_tracked_blocks_add_slow(address, MS_BLOCK_HEAP);
  ms_store_relaxed(byte, MS_BLOCK_HEAP);
  return true;
}

/** Forgets all blocks: in the child of a fork, whose trace begins empty. Precondition: one thread. */
void ms_tracked_blocks_reset(void);

#endif
