/* SPDX-License-Identifier: Apache-2.0
 *
 * crc32c.h: the checksum of blocks and facts, CRC-32C (Castagnoli, reflected polynomial 0x82f63b78).
 */
#ifndef MEMSCOPE_EXPORTER_CRC32C_H
#define MEMSCOPE_EXPORTER_CRC32C_H

#include <stddef.h>
#include <stdint.h>

/** Returns the CRC-32C of the bytes; "123456789" gives 0xe3069283. */
uint32_t ms_crc32c(const void *bytes, size_t length);

#endif
