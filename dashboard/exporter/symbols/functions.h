/* SPDX-License-Identifier: Apache-2.0
 *
 * functions.h: the functions of one compilation unit by address, and what is inlined where. The unit's debug
 * information is walked once, when its first address is asked for; libdw's own search (dwarf_getscopes) walks it for
 * each address, which takes a millisecond in a unit of C++ templates.
 */
#ifndef MEMSCOPE_EXPORTER_FUNCTIONS_H
#define MEMSCOPE_EXPORTER_FUNCTIONS_H

#include "support/vec.h"

#include <elfutils/libdw.h>
#include <stdbool.h>

/** A stretch of a function's code, addresses as in the file. */
struct ms_function_range {
  Dwarf_Addr low, high;
  Dwarf_Die function;
};

/** Zero-initialise before the first use. */
struct ms_functions {
  bool listed;
  MS_VEC(struct ms_function_range) ranges; /* by low address */
};

typedef MS_VEC(Dwarf_Die) ms_dies;

/** Puts what is around an address into `chain`, innermost first: inlined subroutines, and at the end the function whose
 *  code it is. Empty where the unit has none there. */
void ms_functions_around(struct ms_functions *functions, Dwarf_Die *unit, Dwarf_Addr address, ms_dies *chain);
void ms_functions_free(struct ms_functions *functions);

#endif
