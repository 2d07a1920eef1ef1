// SPDX-License-Identifier: Apache-2.0
//
// Which code of a function may take much of a program's time. A guess from the shape of the code, for what makes code
// faster and longer; nothing that is recorded depends on it, nor does debug information make a difference.

#ifndef MEMSCOPE_PASS_FREQUENTBLOCKS_H
#define MEMSCOPE_PASS_FREQUENTBLOCKS_H

#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/IR/Function.h"

namespace memscope {

using BlockSet = llvm::SmallPtrSet<const llvm::BasicBlock *, 16>;

/// Returns the blocks of \p F that may run often: those in loops, and if \p F is short all, since it may be called from
/// a loop. Without those that need an exception to be thrown, or lead to nothing but one, a longjmp, or the end of the
/// thread or program. Takes time in proportion to the blocks and edges.
BlockSet frequentBlocks(const llvm::Function &F);

} // namespace memscope

#endif
