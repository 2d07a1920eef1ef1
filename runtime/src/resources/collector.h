/* SPDX-License-Identifier: Apache-2.0
 *
 * collector.h: the thread that samples resources, by default ten times a second. It begins with the session and ends
 * with the process; all signals are blocked in it, and it touches none of the recording threads' data.
 */
#ifndef MS_RESOURCES_COLLECTOR_H
#define MS_RESOURCES_COLLECTOR_H

#include <stdbool.h>

/** Starts sampling at option resources, unless that is 0. Called by the session, once. */
void ms_collector_start(void);
/** Has the thread take a last sample and a last look for modules and end; where that takes longer than two seconds it
 * is left at it: it may be waiting for a lock that the ending process will never give back. @return false where there
 * is no such thread. */
bool ms_collector_stop(void);
/** Called by the main thread where it ends and the process does not (pthread_exit): from here on the collector ends by
 * itself with the program's last thread, as a thread of the program would, so that the C library ends the process. */
void ms_collector_outlive_main(void);
/** Forgets the thread, which a child of fork does not have. */
void ms_collector_fork_child(void);

#endif
