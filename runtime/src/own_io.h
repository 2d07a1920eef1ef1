/* SPDX-License-Identifier: Apache-2.0
 *
 * own_io.h: reads and writes that the runtime itself makes in the program's threads. The kernel counts them for the
 * thread; they are recorded beside its counts, so that a report can leave them out.
 *
 * Each recording thread has a slot, found by its tid: the owner counts, the collector reads. Relaxed throughout: a
 * count that is one behind is one system call.
 */
#ifndef MS_OWN_IO_H
#define MS_OWN_IO_H

#include <stdint.h>

/** What the runtime has read and written in one thread. */
struct ms_own_io {
  uint64_t read_calls, write_calls, read_bytes, write_bytes;
};

/** Begins to count in the calling thread, from zero. */
void ms_own_io_start(uint32_t tid);

/** Count one system call of the calling thread that moved `bytes`; negative: it failed, and moved none. */
void ms_own_io_read(long bytes);
void ms_own_io_wrote(long bytes);

/** Returns the counts of a thread; zeros where none are kept. Any thread. */
struct ms_own_io ms_own_io_of(uint32_t tid);

#endif
