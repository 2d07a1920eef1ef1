/* SPDX-License-Identifier: Apache-2.0
 *
 * memory_streams.h: open memory streams (open_memstream) of tracked threads. Their buffer belongs to the C library,
 * which moves it about, until fclose leaves it to the program: then it is a block, of the call that opened the stream.
 *
 * Any thread. A stream that code without the plugin closes stays here until another FILE of that address is closed;
 * what is not a memory stream then is recognised and forgotten.
 */
#ifndef MS_MEMORY_STREAMS_H
#define MS_MEMORY_STREAMS_H

#include <stdbool.h>
#include <stddef.h>

#include "memscope/abi.h"

struct ms_memory_stream {
  void *file;
  void **buffer; /* where the C library puts the block's address, and its size in characters */
  size_t *size;
  size_t unit; /* bytes of a character */
  struct __memscope_site
      site; /* a numbered copy: the library of the call may be unloaded before the stream is closed */
};

/** Returns whether any is open. Cost: a load. */
bool ms_memory_streams_any(void);

/** Remembers a stream; when memory is refused it is not, and its block will not be recorded. */
void ms_memory_streams_add(const struct ms_memory_stream *stream);

/** Forgets the stream of this file, before it is closed. @return false where there is none. */
bool ms_memory_streams_take(void *file, struct ms_memory_stream *stream);

/** Prepares the child of a fork, which has its parent's streams. */
void ms_memory_streams_fork_child(void);

#endif
