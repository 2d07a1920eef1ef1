/* SPDX-License-Identifier: Apache-2.0
 *
 * modules.h: which modules are loaded, for the process file. The loader's list is taken when the session starts and
 * ends, when an instrumented module is loaded, and by the collector; never on the hot path, since the loader's lock is
 * taken for it.
 */
#ifndef MS_MODULES_H
#define MS_MODULES_H

#include <stdint.h>

#include "atomics.h"

/** Takes the loader's list: new modules get a fact and a place in the list, gone ones a fact. Any thread; with no lock
 * of ours held, since it may have to wait for a thread of the program (module_list.h). Costs little when nothing
 * changed. */
void ms_modules_refresh(void);

/** Makes the next refresh write all modules again: into a child's own process file. Precondition: one thread. */
void ms_modules_restart(void);

/** Rises when a module has been unloaded: frames recorded before mean other code than frames recorded since. */
extern MS_HIDDEN _Atomic uint32_t ms_modules_generation;

#endif
