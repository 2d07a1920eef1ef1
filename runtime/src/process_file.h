/* SPDX-License-Identifier: Apache-2.0
 *
 * process_file.h: memscope_process.bin, the facts about the process: who writes one builds it with facts.h and hands it
 * over here. Any thread; one write(2) a fact.
 */
#ifndef MS_PROCESS_FILE_H
#define MS_PROCESS_FILE_H

#include <stdbool.h>
#include <stdint.h>

#include "facts.h"

/** Creates the file in the run's directory. @return 0 or a negative errno. Called by the session's start. */
int ms_process_file_open(void);

/** Takes the file back, where the run does not begin after all. */
void ms_process_file_remove(void);

/** Facts from here to ms_process_file_flush are written together. Only while no other thread has any to write. */
void ms_process_file_hold(void);
/** @return 0 or a negative errno. */
int ms_process_file_flush(void);

/** Completes a fact and writes it; before there is a run it is discarded. A failure is told and counted. */
void ms_process_file_append(struct ms_fact *fact);

/** Writes the command line, the machine and the options in force. */
void ms_process_file_describe(void);
/** Writes a reading of all clocks. */
void ms_process_file_clock(void);
/** Writes a note for the reader of the report. */
void ms_process_file_note(const char *text);
/** Counts a thread that cannot be recorded at all, and tells why; also before there is a run. */
void ms_process_file_lose_thread(int error);
/** Tells of what was lost until now. Called by the session, once there is a run. */
void ms_process_file_tell(void);
/** Writes that the process ended in order. */
void ms_process_file_end(void);

/** Makes the file one of the past: the next one is opened by a child, which keeps the numbers that this process gave to
 *  its first `sites` and `scopes` and copies their texts. Precondition: one thread. */
void ms_process_file_inherit(uint32_t sites, uint32_t scopes);

#endif
