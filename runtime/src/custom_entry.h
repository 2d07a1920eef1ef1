/* SPDX-License-Identifier: Apache-2.0
 *
 * custom_entry.h: what others must tell the hooks around the program's own allocators.
 */
#ifndef MS_CUSTOM_ENTRY_H
#define MS_CUSTOM_ENTRY_H

/** Says that the marked call under way was left by an exception or longjmp: a block that it was to move is what it was.
 *  Thread: the one that made the call. */
void ms_custom_call_left(void);

#endif
