// SPDX-License-Identifier: Apache-2.0
//
// The new call stands where the old one stood and takes its name and uses. Where the old one stays, as the way of what
// is not tracked, a phi behind both takes them. With typed pointers the entry may have been declared for another
// pointer type before: then a cast of it is called, so arguments and result never need one.

#include "Instrumenter.h"

#include "CallNotes.h"
#include "Insertion.h"
#include "LLVMCompat.h"

#include "llvm/IR/Instructions.h"
#include "llvm/IR/MDBuilder.h"

using namespace llvm;

namespace memscope {

// musttail keeps stacks from growing, and an allocation function calls nobody back: it loses nothing.
void dropMustTail(const Candidate &Candidate) {
  if (Candidate.Call->isMustTailCall())
    cast<CallInst>(Candidate.Call)->setTailCallKind(CallInst::TCK_None);
}

static void surroundCall(const Candidate &Candidate, Constant *Site, RuntimeAbi &Abi) {
  CallBase &Call = *Candidate.Call;
  FunctionCallee Entry = Abi.entry(*Candidate.Row, *Candidate.Callee, *Candidate.Type);
  dropNote(Call);

  IRBuilder<> B(Call.getContext());
  insertBefore(B, &Call);
  Value *Token = Abi.callHook(B, Hook::call_begin, {frameAddress(B, Abi)});
  SmallVector<Value *, 8> Arguments = {&Call};
  Arguments.append(Call.arg_begin(), Call.arg_begin() + Candidate.Type->getNumParams());
  Arguments.append({Token, Site});
  insertBehind(B, Call);
  B.CreateCall(Entry, Arguments)->setTailCallKind(CallInst::TCK_NoTail);
}

// The entry's call in the place of the old one, at B.
static CallBase *makeCall(IRBuilder<> &B, const CallBase &Old, FunctionCallee Entry, ArrayRef<Value *> Further,
                          const RuntimeAbi &Abi) {
  SmallVector<Value *, 8> Arguments(Old.args());
  Arguments.append(Further.begin(), Further.end());
  SmallVector<OperandBundleDef, 1> Bundles;
  Old.getOperandBundlesAsDefs(Bundles);

  CallBase *New;
  if (const auto *Invoke = dyn_cast<InvokeInst>(&Old)) {
    New = B.CreateInvoke(Entry, Invoke->getNormalDest(), Invoke->getUnwindDest(), Arguments, Bundles);
  } else {
    CallInst *Call = B.CreateCall(Entry, Arguments, Bundles);
    // A tail call would take the caller off the stack before the runtime records it.
    Call->setTailCallKind(CallInst::TCK_NoTail);
    New = Call;
  }
  New->setAttributes(Abi.withoutPromises(Old.getAttributes(), Old.arg_size()));
  dropNote(*New);
  New->copyMetadata(Old);
  return New;
}

void replaceCall(CallBase &Old, FunctionCallee Entry, ArrayRef<Value *> Further, RuntimeAbi &Abi) {
  IRBuilder<> B(&Old);
  CallBase *New = makeCall(B, Old, Entry, Further, Abi);
  New->takeName(&Old);
  Old.replaceAllUsesWith(New);
  Old.eraseFromParent();
}

// In the large code model the AArch64 back end has no thread-local variables of other modules.
static bool mayAskThread(const Module &M) {
  return M.getCodeModel() != CodeModel::Large || !startsWith(M.getTargetTriple(), "aarch64");
}

// Only what may run often gets further blocks. Calls in funclets and those that must be followed by their return cannot
// have any.
static bool mayBeDirect(const Candidate &Candidate) {
  const CallBase &Call = *Candidate.Call;
  if (Candidate.Row->Direct == DirectBy::mode && !mayAskThread(*Call.getModule()))
    return false;
  return Candidate.Row->Direct != DirectBy::none && Candidate.IsFrequent && !Call.isMustTailCall() &&
         !Call.getOperandBundle(LLVMContext::OB_funclet);
}

// Gives the call a block of its own, and what comes behind it another, which it returns.
static BasicBlock *isolate(CallBase &Call) {
  moveAllocasBefore(Call);
  BasicBlock *Own = Call.getParent()->splitBasicBlock(&Call, "direct");
  auto *Invoke = dyn_cast<InvokeInst>(&Call);
  if (!Invoke)
    return Own->splitBasicBlock(Call.getNextNode(), "behind");
  BasicBlock *Next = Invoke->getNormalDest();
  BasicBlock *Behind = BasicBlock::Create(Call.getContext(), "behind", Own->getParent(), Next);
  BranchInst::Create(Next, Behind)->setDebugLoc(Call.getDebugLoc());
  Invoke->setNormalDest(Behind);
  Next->replacePhiUsesWith(Own, Behind);
  return Behind;
}

static void addEntry(const Candidate &Candidate, FunctionCallee Entry, ArrayRef<Value *> Further, RuntimeAbi &Abi) {
  CallBase &Call = *Candidate.Call;
  BasicBlock *Behind = isolate(Call), *Direct = Call.getParent(), *Before = Direct->getSinglePredecessor();
  BasicBlock *Recorded = BasicBlock::Create(Call.getContext(), "recorded", Direct->getParent(), Behind);

  Before->getTerminator()->eraseFromParent();
  IRBuilder<> B(Before);
  B.SetCurrentDebugLocation(Call.getDebugLoc());
  Value *IsUntracked = Abi.isUntracked(B, *Candidate.Row, Call.arg_empty() ? nullptr : Call.getArgOperand(0));
  B.CreateCondBr(IsUntracked, Direct, Recorded, MDBuilder(Call.getContext()).createBranchWeights(2000, 1));

  B.SetInsertPoint(Recorded);
  CallBase *New = makeCall(B, Call, Entry, Further, Abi);
  if (auto *Invoke = dyn_cast<InvokeInst>(New)) {
    for (PHINode &Phi : Invoke->getUnwindDest()->phis())
      Phi.addIncoming(Phi.getIncomingValueForBlock(Direct), Recorded);
  } else {
    B.CreateBr(Behind);
  }
  dropNote(Call);
  if (Call.getType()->isVoidTy())
    return;
  B.SetInsertPoint(Behind, Behind->begin());
  PHINode *Result = B.CreatePHI(Call.getType(), 2);
  Result->takeName(&Call);
  Call.replaceAllUsesWith(Result);
  Result->addIncoming(&Call, Direct);
  Result->addIncoming(New, Recorded);
}

void rewriteCall(const Candidate &Candidate, Constant *Site, RuntimeAbi &Abi) {
  const AllocationFunction &Row = *Candidate.Row;
  if (Row.isVariadic())
    return surroundCall(Candidate, Site, Abi);
  CallBase &Call = *Candidate.Call;
  SmallVector<Value *, 2> Further;
  if (Row.hasOptionalPointer() && Call.arg_size() == Candidate.Type->getNumParams())
    Further.push_back(ConstantPointerNull::get(Abi.pointerType()));
  Further.push_back(Site);
  FunctionCallee Entry = Abi.entry(Row, *Candidate.Callee, *Candidate.Type);
  if (mayBeDirect(Candidate))
    addEntry(Candidate, Entry, Further, Abi);
  else
    replaceCall(Call, Entry, Further, Abi);
}

} // namespace memscope
