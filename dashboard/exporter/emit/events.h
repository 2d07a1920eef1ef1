/* SPDX-License-Identifier: Apache-2.0
 *
 * events.h: events as lines, for people, grep and FileCheck; or as JSON lines. `memscope help dump` describes them.
 */
#ifndef MEMSCOPE_EXPORTER_EVENTS_H
#define MEMSCOPE_EXPORTER_EVENTS_H

#include "read/run.h"

#include <stdio.h>

struct ms_event_printer;

/** Makes a printer; `run` outlives it. `stacks`: definitions too (always with `json`). */
struct ms_event_printer *ms_event_printer_new(FILE *out, const struct ms_run *run, bool json, bool stacks);
/** Prints the stack definitions of all streams, if they were asked for. */
void ms_event_printer_stacks(struct ms_event_printer *printer);
void ms_event_printer_event(struct ms_event_printer *printer, const struct ms_event *event);
/** Prints the line of totals. */
void ms_event_printer_end(struct ms_event_printer *printer);
void ms_event_printer_free(struct ms_event_printer *printer);

/** Prints the entries of a .freq file, and the facts of a process or resources file with ticks as they are. */
void ms_events_print_frequency(FILE *out, const struct ms_trace_file *file, struct ms_damage_list *damage);
void ms_events_print_facts(FILE *out, const struct ms_trace_file *file, struct ms_damage_list *damage);

#endif
