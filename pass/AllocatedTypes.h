// SPDX-License-Identifier: Apache-2.0
//
// What an allocation is for: the type of the block and the variable or field that takes it. Facts from the source only:
// a `new` says its type; otherwise what takes the block declares one, or what the function does with it next, as long
// as it does not contradict itself and the size allows it. docs/annotations.md has the rules.

#ifndef MEMSCOPE_PASS_ALLOCATEDTYPES_H
#define MEMSCOPE_PASS_ALLOCATEDTYPES_H

#include "Candidates.h"
#include "DebugTypes.h"
#include "Places.h"

#include <string>

namespace memscope {

/// "" where unknown.
struct AllocatedType {
  std::string Type;     ///< "struct node"; "int[100]" of a known count, "char[]" of an unknown one
  std::string Receiver; ///< a variable as it is declared, "struct node *head"; a field as "list.next"
};

/// Finds what is certain about the calls of one module. To be asked before optimisation.
class AllocatedTypes {
public:
  explicit AllocatedTypes(const llvm::Module &M) : Types(M), PlacesOfModule(Types) {}

  AllocatedType of(const Candidate &Call);

private:
  DebugTypes Types;
  Places PlacesOfModule;
};

} // namespace memscope

#endif
