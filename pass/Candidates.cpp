// SPDX-License-Identifier: Apache-2.0
//
// One walk over the instructions. The callee is looked up through casts: with typed pointers (LLVM 14) a call with a
// type of its own calls a cast of the function, and such a call deserves the warning about its type. Functions that are
// defined for inlining only (available_externally) count as coming from outside: the linker takes them from there.

#include "Candidates.h"

#include "llvm/IR/InstIterator.h"
#include "llvm/IR/Instructions.h"

using namespace llvm;

namespace memscope {

static bool isRewritable(const CallBase &Call) {
  return isa<InvokeInst>(Call) || (isa<CallInst>(Call) && !Call.isMustTailCall());
}

// What stands behind the declared arguments: nothing, one pointer, or whatever the function reads.
static bool hasKnownDots(const CallBase &Call, const AllocationFunction &Row) {
  unsigned Declared = Call.getFunctionType()->getNumParams();
  return Row.isVariadic() || Call.arg_size() == Declared ||
         (Row.hasOptionalPointer() && Call.arg_size() == Declared + 1 &&
          Call.getArgOperand(Declared)->getType()->isPointerTy());
}

Candidates findCandidates(Module &M, const RuntimeAbi &Abi) {
  Candidates Result;
  for (Function &F : M) {
    if (isOwnFunction(F))
      continue;
    for (Instruction &I : instructions(F)) {
      auto *Call = dyn_cast<CallBase>(&I);
      auto *Callee = Call ? dyn_cast<Function>(Call->getCalledOperand()->stripPointerCasts()) : nullptr;
      if (!Callee || !Callee->isDeclarationForLinker() || !isRewritable(*Call))
        continue;
      if (const AllocationFunction *Row = findAllocationFunction(Callee->getName())) {
        bool Typed = Abi.matches(Row->Signature, *Call->getFunctionType()) && hasKnownDots(*Call, *Row);
        (Typed ? Result.Calls : Result.Mistyped).push_back({Call, Callee, Row});
      }
    }
  }
  return Result;
}

} // namespace memscope
