/* SPDX-License-Identifier: Apache-2.0
 *
 * crc32c.c: the processor's instruction where it has one, else a table of sixteen entries: slow and small, since nearly
 * every x86-64 and AArch64 processor has the instruction.
 *
 * The instruction takes three cycles, but one can be begun in each: three lanes of a long piece are read at once, each
 * as if it stood alone, and put together. A CRC is linear: that of A and B one behind the other is that of A, moved on
 * by as many zeros as B is long, xor that of B begun at 0. A window takes about 1 us instead of 3.
 */
#include "crc32c.h"

#include <stdbool.h>
#include <string.h>

#include "os.h"

#if defined(__x86_64__)
#include <nmmintrin.h>

#define WITH_INSTRUCTION __attribute__((target("sse4.2")))

WITH_INSTRUCTION static uint32_t add_word(uint32_t crc, uint64_t word) { return (uint32_t)_mm_crc32_u64(crc, word); }
WITH_INSTRUCTION static uint32_t add_byte(uint32_t crc, uint8_t byte) { return _mm_crc32_u8(crc, byte); }
#elif defined(__aarch64__)
#define WITH_INSTRUCTION

/* The header for it declares nothing unless the whole file may use the instruction. */
static uint32_t add_word(uint32_t crc, uint64_t word) {
  __asm__(".arch_extension crc\n\tcrc32cx %w0, %w0, %x1" : "+r"(crc) : "r"(word));
  return crc;
}

static uint32_t add_byte(uint32_t crc, uint8_t byte) {
  __asm__(".arch_extension crc\n\tcrc32cb %w0, %w0, %w1" : "+r"(crc) : "r"(byte));
  return crc;
}
#else
#error "crc32c.c: the instruction of this architecture is missing"
#endif

#define LANE_BYTES 2048u
#define LANE_WORDS (LANE_BYTES / 8)

/* What becomes of each byte of a CRC when LANE_BYTES zeros follow. Written once, before there is anything so long. */
static uint32_t moved_on[4][256];
static bool has_moved_on;

WITH_INSTRUCTION static uint32_t follow_with_zeros(uint32_t crc) {
  for (unsigned i = 0; i < LANE_WORDS; i++)
    crc = add_word(crc, 0);
  return crc;
}

void ms_crc32c_start(void) {
  if (!ms_os_has_crc32c())
    return;
  for (unsigned byte = 0; byte < 4; byte++)
    for (unsigned bit = 0; bit < 8; bit++) {
      uint32_t one = follow_with_zeros(1u << (8 * byte + bit));
      for (unsigned value = 0; value < 1u << bit; value++)
        moved_on[byte][value | 1u << bit] = moved_on[byte][value] ^ one;
    }
  has_moved_on = true;
}

static uint32_t move_on(uint32_t crc) {
  return moved_on[0][crc & 255] ^ moved_on[1][crc >> 8 & 255] ^ moved_on[2][crc >> 16 & 255] ^ moved_on[3][crc >> 24];
}

WITH_INSTRUCTION static uint32_t update_lanes(uint32_t crc, const unsigned char *at) {
  uint32_t second = 0, third = 0;
  for (unsigned i = 0; i < LANE_WORDS; i++, at += 8) {
    uint64_t words[3];
    memcpy(&words[0], at, 8);
    memcpy(&words[1], at + LANE_BYTES, 8);
    memcpy(&words[2], at + 2 * LANE_BYTES, 8);
    crc = add_word(crc, words[0]);
    second = add_word(second, words[1]);
    third = add_word(third, words[2]);
  }
  return move_on(move_on(crc) ^ second) ^ third;
}

WITH_INSTRUCTION static uint32_t update_fast(uint32_t crc, const unsigned char *at, size_t bytes) {
  for (; has_moved_on && bytes >= 3 * LANE_BYTES; at += 3 * LANE_BYTES, bytes -= 3 * LANE_BYTES)
    crc = update_lanes(crc, at);
  for (; bytes >= 8; at += 8, bytes -= 8) {
    uint64_t word;
    memcpy(&word, at, 8);
    crc = add_word(crc, word);
  }
  for (; bytes > 0; at++, bytes--)
    crc = add_byte(crc, *at);
  return crc;
}

static uint32_t update_plain(uint32_t crc, const unsigned char *at, size_t bytes) {
  /* Entry n is the remainder of n shifted through four bits. */
  static const uint32_t table[16] = {
      0x00000000, 0x105ec76f, 0x20bd8ede, 0x30e349b1, 0x417b1dbc, 0x5125dad3, 0x61c69362, 0x7198540d,
      0x82f63b78, 0x92a8fc17, 0xa24bb5a6, 0xb21572c9, 0xc38d26c4, 0xd3d3e1ab, 0xe330a81a, 0xf36e6f75,
  };
  for (; bytes > 0; at++, bytes--) {
    crc ^= *at;
    crc = table[crc & 15] ^ (crc >> 4);
    crc = table[crc & 15] ^ (crc >> 4);
  }
  return crc;
}

uint32_t ms_crc32c(const void *data, size_t bytes) {
  uint32_t crc = 0xffffffffu;
  crc = ms_os_has_crc32c() ? update_fast(crc, data, bytes) : update_plain(crc, data, bytes);
  return ~crc;
}
