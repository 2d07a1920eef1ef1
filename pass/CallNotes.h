// SPDX-License-Identifier: Apache-2.0
//
// What the first visit knows about an allocation call and the second could not find out any more: facts that inlining
// and optimisation wipe out. They travel as attributes of the call, which the optimiser copies and drops with the call,
// and once more by the call's place in the source: where the optimiser calls another function of the C library instead
// (calloc for malloc and memset), the new call has the old one's debug location and nothing else. A lost note makes a
// fact unknown, never wrong.

#ifndef MEMSCOPE_PASS_CALLNOTES_H
#define MEMSCOPE_PASS_CALLNOTES_H

#include "AllocatedTypes.h"
#include "Candidates.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/IR/DebugInfoMetadata.h"
#include "llvm/IR/InstrTypes.h"
#include <string>

namespace memscope {

/// Facts about one call; "" where unknown.
struct CallNote {
  std::string Function; ///< the function it is written in; only noted where debug information does not tell
  std::string Type;     ///< the type allocated
  std::string Receiver; ///< the variable or field that takes the result
};

/// Finds what is certain about \p Candidate's call. To be asked before optimisation.
CallNote findNote(const Candidate &Candidate, AllocatedTypes &Types);

/// Finds it and notes it.
void noteCall(const Candidate &Candidate, AllocatedTypes &Types);

/// What noteCall noted.
class CallNotes {
public:
  /// Takes the notes by place out of \p M.
  explicit CallNotes(llvm::Module &M);

  /// Returns the note of \p Call, an empty one if there is none.
  CallNote of(const llvm::CallBase &Call) const;

private:
  /// A place to a note; to nullptr where calls of one place, those of a macro, had different ones.
  llvm::DenseMap<const llvm::DILocation *, const llvm::MDNode *> ByPlace;
};

/// Takes the attributes off again.
void dropNote(llvm::CallBase &Call);

} // namespace memscope

#endif
