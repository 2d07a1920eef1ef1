// SPDX-License-Identifier: Apache-2.0
//
// LLVM's block frequencies would say it better, but take more time than all of the pass. A long function without a loop
// around its calls often does enough else to hide what one call of the runtime takes.

#include "FrequentBlocks.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/SCCIterator.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/IR/CFG.h"
#include "llvm/IR/Instructions.h"

using namespace llvm;

namespace memscope {

static constexpr long MostInstructionsOfShortFunction = 64;

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

// The blocks behind which control always comes to an unreachable instruction, without a loop on the way.
static BlockSet blocksWithoutReturn(const Function &F) {
  BlockSet Found;
  DenseMap<const BasicBlock *, long> WaysOn; // of blocks that lead to a found one: edges to others
  SmallVector<const BasicBlock *, 16> ToVisit;
  auto IsWayOn = [](const BasicBlock *Next) { return !Next->isEHPad(); };
  for (const BasicBlock &Block : F)
    if (isa<UnreachableInst>(Block.getTerminator()))
      ToVisit.push_back(&Block);
  while (!ToVisit.empty()) {
    const BasicBlock *Block = ToVisit.pop_back_val();
    Found.insert(Block);
    if (Block->isEHPad())
      continue;
    for (const BasicBlock *Before : predecessors(Block)) { // once for each edge
      auto Known = WaysOn.try_emplace(Before, 0);
      if (Known.second)
        Known.first->second = count_if(successors(Before), IsWayOn);
      if (--Known.first->second == 0)
        ToVisit.push_back(Before);
    }
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
