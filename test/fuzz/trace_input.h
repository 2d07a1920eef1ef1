/* SPDX-License-Identifier: Apache-2.0
 *
 * trace_input.h: from a fuzzer's bytes to the files of a run. An input holds what files say, without what guards it:
 * headers, lengths and checksums are added here, so that they are no wall before the code behind them. A file can also
 * be given as it is, and then nothing is right but by chance.
 *
 *     input := { u8 kind, u24 bytes, content }*      kind & 7: enum input_file; & 0x80: the content is the file
 *     facts := { u8 kind, u16 bytes, payload }*      of the process and the resources file
 *     thread := header[128], u16 bytes, tail, { "MSBK", other 60 bytes of a block's header, payload }*
 *     freq  := entry[64]*
 *
 * A block reaches to where the next one begins. make_seeds.py makes inputs of runs.
 */
#ifndef MEMSCOPE_TEST_TRACE_INPUT_H
#define MEMSCOPE_TEST_TRACE_INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum input_file { INPUT_PROCESS, INPUT_RESOURCES, INPUT_THREAD, INPUT_THREAD_2, INPUT_UNTRACKED, INPUT_FREQUENCY };

/** Stops the fuzzer with a finding: what must hold does not. */
#define MUST(condition)                                                                                                \
  do {                                                                                                                 \
    if (!(condition))                                                                                                  \
      __builtin_trap();                                                                                                \
  } while (0)

/** One file of the input. */
struct input_part {
  enum input_file kind;
  bool as_it_is;
  const uint8_t *content;
  size_t bytes;
};

/** Takes the next file off the input. False at its end. */
bool input_next(const uint8_t **input, size_t *left, struct input_part *part);

/** Writes the file that a part stands for at the front of `descriptor`, which is an empty file. */
void input_write(const struct input_part *part, int descriptor);

#endif
