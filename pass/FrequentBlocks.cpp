// SPDX-License-Identifier: Apache-2.0
//
// LLVM's block frequencies would say it better, but take more time than all of the pass. A long function that has no
// loop around a call does enough else to hide what a call of the runtime takes.

#include "FrequentBlocks.h"

#include "llvm/ADT/SCCIterator.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/IR/CFG.h"
#include "llvm/IR/Instructions.h"

using namespace llvm;

namespace memscope {

static constexpr long MostInstructionsOfShortFunction = 200;

static bool isShort(const Function &F) {
  long Instructions = 0;
  for (const BasicBlock &Block : F)
    Instructions += Block.sizeWithoutDebug();
  return Instructions <= MostInstructionsOfShortFunction;
}

// The blocks that control may reach though nothing is thrown.
static BlockSet blocksBeforeThrowing(const Function &F) {
  BlockSet Found;
  SmallVector<const BasicBlock *, 16> ToVisit = {&F.getEntryBlock()};
  while (!ToVisit.empty()) {
    const BasicBlock *Block = ToVisit.pop_back_val();
    if (!Block->isEHPad() && Found.insert(Block).second)
      append_range(ToVisit, successors(Block));
  }
  return Found;
}

// The blocks behind which control always comes to an unreachable instruction. An endless loop is none.
static BlockSet blocksWithoutReturn(const Function &F) {
  BlockSet Found;
  SmallVector<const BasicBlock *, 16> ToVisit;
  auto GoesOn = [&Found](const BasicBlock *Next) { return !Next->isEHPad() && !Found.contains(Next); };
  for (const BasicBlock &Block : F)
    if (isa<UnreachableInst>(Block.getTerminator()))
      ToVisit.push_back(&Block);
  while (!ToVisit.empty()) {
    const BasicBlock *Block = ToVisit.pop_back_val();
    if (none_of(successors(Block), GoesOn) && Found.insert(Block).second)
      append_range(ToVisit, predecessors(Block));
  }
  return Found;
}

BlockSet frequentBlocks(const Function &F) {
  BlockSet BeforeThrowing = blocksBeforeThrowing(F), WithoutReturn = blocksWithoutReturn(F), Result;
  bool IsShort = isShort(F);
  for (auto Component = scc_begin(&F); !Component.isAtEnd(); ++Component)
    if (IsShort || Component.hasCycle())
      for (const BasicBlock *Block : *Component)
        if (BeforeThrowing.contains(Block) && !WithoutReturn.contains(Block))
          Result.insert(Block);
  return Result;
}

} // namespace memscope
