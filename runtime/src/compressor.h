/* SPDX-License-Identifier: Apache-2.0
 *
 * compressor.h: full blocks as zstd frames of their columns (option compress=zstd). Off the ordinary path: once a
 * window, in the thread whose window it is. No memory of the program's, no lock, no waiting: a few places to work at
 * are shared by all threads, and who finds none, or no memory for one, stores its block as it is.
 *
 * zstd is taken from the program, if it has it, or else from the system's library, which is loaded only when the option
 * asks for it. Any thread.
 */
#ifndef MS_COMPRESSOR_H
#define MS_COMPRESSOR_H

#include <stdbool.h>
#include <stdint.h>

#include "memscope/trace_format.h"

struct ms_compressor_place;

/** A block that became smaller. */
struct ms_compressed {
  struct ms_block_header *block; /* room for a header; the frame lies right behind it */
  uint32_t frame_bytes;
  struct ms_compressor_place *place; /* the memory that this is in */
};

/** Finds zstd if it is wanted. Called by the library's constructor: loading a library takes the loader's lock, which a
 *  thread of the program may hold while it waits for whoever starts the session. */
void ms_compressor_start(void);

/** Says that compression is wanted and not available, on stderr the first time, and in the run; else nothing. */
void ms_compressor_complain(void);

/** Compresses the records of a block. @return true with `compressed` to be given back, or false: it is to be stored as
 *  it is. Precondition: as ms_columns_sort has it. */
bool ms_compressor_try(const uint8_t *records, uint32_t bytes, uint64_t base_address, struct ms_compressed *compressed);
void ms_compressor_give_back(struct ms_compressed *compressed);

/** Frees the places that other threads of the parent worked at: in the child of a fork. */
void ms_compressor_fork_child(void);

#endif
