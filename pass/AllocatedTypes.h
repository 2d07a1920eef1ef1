// SPDX-License-Identifier: Apache-2.0
//
// What an allocation is for: the type of the block and the variable or field that takes it. Facts from the source only:
// a `new` says its type, otherwise the receiver's declared type does, or the function's that returns the block or takes
// it as an argument. A block that goes into a `void *` has no type.

#ifndef MEMSCOPE_PASS_ALLOCATEDTYPES_H
#define MEMSCOPE_PASS_ALLOCATEDTYPES_H

#include "Candidates.h"

#include <string>

namespace memscope {

/// "" where unknown.
struct AllocatedType {
  std::string Type;     ///< "struct node"; "int[100]" of a known count, "char[]" of an unknown one
  std::string Receiver; ///< a variable as it is declared, "struct node *head"; a field as "list.next"
};

/// Finds what is certain about \p Call. To be asked before optimisation.
AllocatedType allocatedType(const Candidate &Call);

} // namespace memscope

#endif
