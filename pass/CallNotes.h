// SPDX-License-Identifier: Apache-2.0
//
// What the first visit knows about an allocation call and the second could not find out any more: facts that inlining
// and optimisation wipe out. They travel as attributes of the call, which the optimiser copies and drops with the call;
// a lost note makes a fact unknown, never wrong. Where the optimiser makes a new call of an old one, as calloc of
// malloc and memset, the place in the source tells that it is the same.

#ifndef MEMSCOPE_PASS_CALLNOTES_H
#define MEMSCOPE_PASS_CALLNOTES_H

#include "Candidates.h"

#include "llvm/IR/InstrTypes.h"
#include <string>

namespace memscope {

/// Facts about one call; "" where unknown.
struct CallNote {
  std::string Function; ///< the function it is written in; only noted where debug information does not tell
  std::string Type;     ///< the type allocated
  std::string Receiver; ///< the variable or field that takes the result
};

/// Finds what is certain about each of \p Calls, which are in \p M, and attaches it.
void noteCalls(llvm::Module &M, llvm::ArrayRef<Candidate> Calls);

/// Gives those of \p Calls a note that have lost theirs, as far as they can be told.
void restoreNotes(llvm::Module &M, llvm::ArrayRef<Candidate> Calls);

/// Returns what is attached, an empty note if nothing.
CallNote readNote(const llvm::CallBase &Call);

/// Takes the note off again.
void dropNote(llvm::CallBase &Call);

} // namespace memscope

#endif
