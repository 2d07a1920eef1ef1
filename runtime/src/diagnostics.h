/* SPDX-License-Identifier: Apache-2.0
 *
 * diagnostics.h: what the runtime says to people: one-line messages on stderr, few and never twice the same, and the
 * log of MEMSCOPE_DEBUG=1. Counters of lost events live in the thread files (trace_format.h), where a kill cannot lose
 * them. Any thread; one write each, no allocation, no stdio of the program; errno is kept.
 */
#ifndef MS_DIAGNOSTICS_H
#define MS_DIAGNOSTICS_H

#include <stdbool.h>

/** Set once by ms_options_start. */
extern bool ms_debug;

/** Prints "memscope: ..." to stderr; after sixteen lines of a process it prints nothing more. */
void ms_warn(const char *format, ...) __attribute__((format(printf, 1, 2)));

/** Prints "memscope[pid/tid]: ..." under MEMSCOPE_DEBUG=1. */
void ms_debug_log(const char *format, ...) __attribute__((format(printf, 1, 2)));

/** Evaluates its arguments only when debugging. */
#define MS_DEBUG(...) (ms_debug ? ms_debug_log(__VA_ARGS__) : (void)0)

#endif
