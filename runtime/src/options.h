/* SPDX-License-Identifier: Apache-2.0
 *
 * options.h: the run's options, from MEMSCOPE_OPTIONS ("key=value:key=value", as the sanitizers have it). The keys
 * stand in options.def. Read once while the library is loaded, constant afterwards.
 */
#ifndef MS_OPTIONS_H
#define MS_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "atomics.h"

#define MS_OPTION_TEXT_MAX 1024

enum ms_track { MS_TRACK_ANNOTATED, MS_TRACK_ALL, MS_TRACK_NONE };

enum ms_compress { MS_COMPRESS_NONE, MS_COMPRESS_ZSTD };

/** Values in force. A CHOICE is the index of the chosen name. */
struct ms_options {
#define MS_FIELD_TEXT(key) char key[MS_OPTION_TEXT_MAX];
#define MS_FIELD_CHOICE(key) unsigned key;
#define MS_FIELD_BOOL(key) bool key;
#define MS_FIELD_UNSIGNED(key) unsigned key;
#define MS_FIELD_REAL(key) double key;
#define MS_FIELD_BYTES(key) uint64_t key;
#define MS_OPTION(kind, key, default, low, high, help) MS_FIELD_##kind(key)
#include "options.def"
#undef MS_OPTION
};

extern MS_HIDDEN struct ms_options ms_options;

/** Reads the environment; a set-user-id program has the defaults, and records nothing. Bad keys and values: one line
 * each on stderr. */
void ms_options_start(void);

/** Parses one list of options over the defaults; what ms_options_start does with the variable, for tests. */
void ms_options_parse(const char *list);

/** Calls `visit` for each option with its value in force as text. */
void ms_options_each(void (*visit)(const char *key, const char *value, bool given, void *), void *context);

/** Returns whether `name` matches `pattern`, in which * stands for any text and ? for any one character. */
bool ms_options_match(const char *pattern, const char *name);

#endif
