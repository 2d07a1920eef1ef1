/* SPDX-License-Identifier: Apache-2.0
 *
 * crc32c.h: CRC-32C (Castagnoli, polynomial 0x1edc6f41 reflected, initial and final value inverted), the checksum of
 * blocks and facts. Off the hot path: once per full window and once per fact.
 */
#ifndef MS_CRC32C_H
#define MS_CRC32C_H

#include <stddef.h>
#include <stdint.h>

/** Prepares for long pieces, which take three times as long without. Called before there are threads that have any. */
void ms_crc32c_start(void);

/** Returns the checksum of the bytes. Any thread. */
uint32_t ms_crc32c(const void *data, size_t bytes);

#endif
