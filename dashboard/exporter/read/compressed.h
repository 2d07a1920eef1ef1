/* SPDX-License-Identifier: Apache-2.0
 *
 * compressed.h: a compressed block back to its records. The only reader of frames and columns (docs/trace-format.md,
 * section 3); what the records say is record.h's business.
 */
#ifndef MEMSCOPE_EXPORTER_COMPRESSED_H
#define MEMSCOPE_EXPORTER_COMPRESSED_H

#include "memscope/trace_format.h"

#include <stddef.h>
#include <stdint.h>

/** Decodes a frame into `record_bytes` of records. Memory: some three times as much, while it works.
 *  @param base_address as the block's header has it
 *  @param record_bytes no more than MS_BLOCK_DECODED_MAX
 *  @return NULL, or what is wrong with the frame; then the records are of no use. */
const char *ms_compressed_decode(const void *frame, size_t frame_bytes, uint64_t base_address, uint8_t *records,
                                 uint32_t record_bytes);

#endif
