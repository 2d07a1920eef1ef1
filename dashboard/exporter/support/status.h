/* SPDX-License-Identifier: Apache-2.0
 *
 * status.h: how the exporter's functions say that they failed, and the one line a user gets to read about it.
 *
 * Called by every other file, from the one thread that the tool has. A failing function fills the ms_error of its
 * caller and returns the status; only main prints it. Running out of memory is the exception: see memory.h.
 */
#ifndef MEMSCOPE_EXPORTER_STATUS_H
#define MEMSCOPE_EXPORTER_STATUS_H

/* name, exit code of the tool, meaning */
#define MS_STATUS_LIST(X)                                                                                              \
  X(MS_OK, 0, "success")                                                                                               \
  X(MS_E_USAGE, 1, "wrong command line")                                                                               \
  X(MS_E_INPUT, 2, "input that is no usable trace")                                                                    \
  X(MS_E_ENVIRONMENT, 3, "the machine refused: no memory, no space, no permission to write")

enum ms_status {
#define MS_STATUS_ENUM(name, code, meaning) name = code,
  MS_STATUS_LIST(MS_STATUS_ENUM)
#undef MS_STATUS_ENUM
};

#define MS_MUST_CHECK __attribute__((warn_unused_result))

/** Holds the line for the user, without the leading "memscope: "; bytes of a hostile file name as they are. Empty while
 *  nothing failed. */
struct ms_error {
  char text[1024];
};

/** Stores "SUBJECT: reason" (or the reason alone where subject is NULL) and returns `status`, so that a caller can
 *  return it at once. */
enum ms_status ms_error_set(struct ms_error *error, enum ms_status status, const char *subject, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

#endif
