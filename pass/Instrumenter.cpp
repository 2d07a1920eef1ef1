// SPDX-License-Identifier: Apache-2.0
//
// The new call stands where the old one stood and takes its name and uses; no block is split and no phi changes. With
// typed pointers the entry may have been declared for another pointer type before: then a cast of it is called, so
// arguments and result never need one.

#include "Instrumenter.h"

#include "CallNotes.h"
#include "Insertion.h"

#include "llvm/IR/Instructions.h"

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

void replaceCall(CallBase &Old, FunctionCallee Entry, ArrayRef<Value *> Further, RuntimeAbi &Abi) {
  SmallVector<Value *, 8> Arguments(Old.args());
  Arguments.append(Further.begin(), Further.end());
  SmallVector<OperandBundleDef, 1> Bundles;
  Old.getOperandBundlesAsDefs(Bundles);

  IRBuilder<> B(&Old);
  CallBase *New;
  if (auto *Invoke = dyn_cast<InvokeInst>(&Old)) {
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
  New->takeName(&Old);
  Old.replaceAllUsesWith(New);
  Old.eraseFromParent();
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
  replaceCall(Call, Abi.entry(Row, *Candidate.Callee, *Candidate.Type), Further, Abi);
}

} // namespace memscope
