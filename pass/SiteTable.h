// SPDX-License-Identifier: Apache-2.0
//
// Descriptors of call sites: from a call to its __memscope_site. Calls that stem from one place in the source (copies
// made by unrolling, by jump threading, by inlining the same function along the same path) share one descriptor. A call
// without a line has a descriptor of its own.

#ifndef MEMSCOPE_PASS_SITETABLE_H
#define MEMSCOPE_PASS_SITETABLE_H

#include "CallNotes.h"
#include "Candidates.h"
#include "RuntimeAbi.h"

#include "llvm/ADT/DenseMap.h"

namespace memscope {

class SiteTable {
public:
  explicit SiteTable(RuntimeAbi &Abi) : Abi(Abi) {}

  /// Returns the address of the descriptor for \p Call, of which \p Note is known, making it if there is none.
  llvm::Constant *siteOf(const Candidate &Call, const CallNote &Note);

  /// Returns the address of a new descriptor for what happens in \p F as a whole, an allocator of the program.
  llvm::Constant *siteOfFunction(const llvm::Function &F, const AllocationFunction &Row);

private:
  RuntimeAbi &Abi;
  llvm::DenseMap<llvm::Constant *, llvm::GlobalVariable *> ByContent;
  llvm::DenseMap<const llvm::Function *, unsigned> CountWithoutLine;
};

} // namespace memscope

#endif
