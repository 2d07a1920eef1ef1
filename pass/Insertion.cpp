// SPDX-License-Identifier: Apache-2.0
//
// An invoke's normal successor often joins other ways; then code behind the invoke would run on those, too, and could
// not use its result. Hence the block of its own.

#include "Insertion.h"

#include "llvm/IR/DebugInfoMetadata.h"
#include "llvm/IR/GlobalIFunc.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/Transforms/Utils/BasicBlockUtils.h"

using namespace llvm;

namespace memscope {

Instruction *entryOf(Function &F) {
  Instruction *I = &F.getEntryBlock().front();
  while (isa<AllocaInst>(I))
    I = I->getNextNode();
  return I;
}

SmallVector<Instruction *, 4> exitsOf(Function &F) {
  SmallVector<Instruction *, 4> Exits;
  for (BasicBlock &Block : F) {
    if (CallInst *TailCall = Block.getTerminatingMustTailCall())
      Exits.push_back(TailCall);
    else if (isa<ReturnInst>(Block.getTerminator()))
      Exits.push_back(Block.getTerminator());
  }
  return Exits;
}

Instruction *behind(CallBase &Call) {
  auto *Invoke = dyn_cast<InvokeInst>(&Call);
  if (!Invoke)
    return Call.getNextNode();
  BasicBlock *Next = Invoke->getNormalDest();
  if (!Next->getSinglePredecessor())
    Next = SplitEdge(Invoke->getParent(), Next);
  return &*Next->getFirstInsertionPt();
}

void moveAllocasBefore(Instruction &At) {
  for (Instruction &I : make_early_inc_range(make_range(At.getIterator(), At.getParent()->end())))
    if (auto *Alloca = dyn_cast<AllocaInst>(&I); Alloca && Alloca->isStaticAlloca())
      Alloca->moveBefore(&At);
}

void insertWithoutLine(IRBuilder<> &B, Instruction *At) {
  B.SetInsertPoint(At);
  if (DISubprogram *Subprogram = At->getFunction()->getSubprogram())
    B.SetCurrentDebugLocation(DILocation::get(At->getContext(), 0, 0, Subprogram));
}

void insertBefore(IRBuilder<> &B, Instruction *At) {
  insertWithoutLine(B, At);
  if (At->getDebugLoc())
    B.SetCurrentDebugLocation(At->getDebugLoc());
}

void insertBehind(IRBuilder<> &B, CallBase &Call) {
  insertBefore(B, behind(Call));
  if (Call.getDebugLoc())
    B.SetCurrentDebugLocation(Call.getDebugLoc());
}

// The word below the return address: where a frame pointer would point that is saved first. llvm.frameaddress would
// give the function a frame pointer.
Value *frameAddress(IRBuilder<> &B, const RuntimeAbi &Abi) {
  Value *Top = B.CreateIntrinsic(Intrinsic::addressofreturnaddress, {Abi.pointerType()}, {});
  return B.CreateGEP(B.getInt8Ty(), Top, ConstantInt::getSigned(B.getInt64Ty(), -8));
}

SmallPtrSet<const Function *, 8> resolversOf(const Module &M) {
  SmallPtrSet<const Function *, 8> Found;
  SmallVector<const Function *, 8> ToVisit;
  for (const GlobalIFunc &IFunc : M.ifuncs())
    if (const auto *Resolver = dyn_cast<Function>(IFunc.getResolver()->stripPointerCasts()))
      ToVisit.push_back(Resolver);
  while (!ToVisit.empty()) {
    const Function *F = ToVisit.pop_back_val();
    if (!Found.insert(F).second)
      continue;
    for (const Instruction &I : instructions(F))
      if (const auto *Call = dyn_cast<CallBase>(&I))
        if (const Function *Callee = Call->getCalledFunction())
          ToVisit.push_back(Callee);
  }
  return Found;
}

bool isCoroutine(const Function &F) {
  return any_of(instructions(F), [](const Instruction &I) {
    const auto *Call = dyn_cast<IntrinsicInst>(&I);
    return Call && Call->getIntrinsicID() == Intrinsic::coro_id;
  });
}

} // namespace memscope
