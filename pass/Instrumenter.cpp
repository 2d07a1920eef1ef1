// SPDX-License-Identifier: Apache-2.0
//
// The new call stands where the old one stood and takes its name and uses; no block is split and no phi changes. With
// typed pointers the entry may have been declared for another pointer type before: then a cast of it is called, so
// arguments and result never need one.

#include "Instrumenter.h"

#include "CallNotes.h"

#include "llvm/IR/Instructions.h"

using namespace llvm;

namespace memscope {

void rewriteCall(const Candidate &Candidate, Constant *Site, RuntimeAbi &Abi) {
  CallBase &Old = *Candidate.Call;
  FunctionCallee Entry = Abi.entry(*Candidate.Row, *Candidate.Callee, *Old.getFunctionType());
  SmallVector<Value *, 4> Arguments(Old.args());
  Arguments.push_back(Site);
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
  New->setCallingConv(Old.getCallingConv());
  New->setAttributes(Abi.withoutPromises(Old.getAttributes(), Old.arg_size()));
  dropNote(*New);
  New->copyMetadata(Old);
  New->takeName(&Old);
  Old.replaceAllUsesWith(New);
  Old.eraseFromParent();
}

} // namespace memscope
