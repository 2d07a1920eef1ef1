// SPDX-License-Identifier: Apache-2.0
//
// Finds the calls that may be rewritten, and changes nothing. The answer to "why not this call?": the callee must be an
// allocation function that comes from outside the module (a function of the same name defined here is the program's
// own), called directly, with the documented types, handed over as in C, from a function that can hold more than the
// program wrote (no naked function, no resolver of an ifunc).

#ifndef MEMSCOPE_PASS_CANDIDATES_H
#define MEMSCOPE_PASS_CANDIDATES_H

#include "AllocationFunctions.h"
#include "RuntimeAbi.h"

#include "llvm/ADT/SmallVector.h"
#include "llvm/IR/InstrTypes.h"

namespace memscope {

/// A call or invoke that can be rewritten.
struct Candidate {
  llvm::CallBase *Call;
  llvm::Function *Callee;
  const AllocationFunction *Row;
  llvm::FunctionType *Type; ///< of the call, without "..." where it came from a missing prototype
  bool IsFrequent = false;  ///< set by markFrequent
};

struct Candidates {
  llvm::SmallVector<Candidate, 0> Calls;
  llvm::SmallVector<Candidate, 0> Mistyped; ///< left alone: the call's type is not the function's
};

/// Tells whether \p F takes its arguments as a C function of its type does: no convention, address space or attribute
/// says otherwise.
bool isDeclaredAsInC(const llvm::Function &F);

/// Returns the calls of allocation functions in the order of the module.
Candidates findCandidates(llvm::Module &M, const RuntimeAbi &Abi);

/// Marks the calls that may run often, in functions that may grow for the sake of speed.
void markFrequent(llvm::MutableArrayRef<Candidate> Calls);

} // namespace memscope

#endif
