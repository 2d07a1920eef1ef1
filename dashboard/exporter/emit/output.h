/* SPDX-License-Identifier: Apache-2.0
 *
 * output.h: a file that is there whole or not at all: written under a temporary name beside its place, then renamed.
 */
#ifndef MEMSCOPE_EXPORTER_OUTPUT_H
#define MEMSCOPE_EXPORTER_OUTPUT_H

#include "support/arena.h"
#include "support/status.h"

#include <stdio.h>

struct ms_output {
  FILE *file;
  const char *path, *temporary; /* in the arena given at opening */
};

/** Makes a directory and those above it where they are missing. */
MS_MUST_CHECK enum ms_status ms_output_directory(const char *directory, struct ms_error *error);
/** Begins the file DIRECTORY/PREFIX_SUFFIX. @return MS_E_ENVIRONMENT where it cannot be made. */
MS_MUST_CHECK enum ms_status ms_output_open(struct ms_output *output, struct ms_arena *arena, const char *directory,
                                            const char *prefix, const char *suffix, struct ms_error *error);
/** Ends the file: its bytes are written, though it does not stand in its place yet. @return MS_E_ENVIRONMENT on a write
 * error. */
MS_MUST_CHECK enum ms_status ms_output_close(struct ms_output *output, struct ms_error *error);
/** Puts a closed file in its place. */
MS_MUST_CHECK enum ms_status ms_output_publish(struct ms_output *output, struct ms_error *error);
/** Removes what was written, unless it was published. Harmless on a zeroed output. */
void ms_output_discard(struct ms_output *output);

#endif
