/* SPDX-License-Identifier: Apache-2.0
 *
 * collector.h: the thread that samples resources, by default ten times a second. It begins with the session and ends
 * with the process; all signals are blocked in it, and it touches none of the recording threads' data.
 */
#ifndef MS_RESOURCES_COLLECTOR_H
#define MS_RESOURCES_COLLECTOR_H

/** Starts sampling at option resources, unless that is 0. Called by the session, once. */
void ms_collector_start(void);
/** Takes a last sample and ends the thread. */
void ms_collector_stop(void);
/** Forgets the thread, which a child of fork does not have. */
void ms_collector_fork_child(void);

#endif
