// SPDX-License-Identifier: Apache-2.0
//
// A note is up to three string attributes of the call. Attributes and not metadata: when a call is inlined under a
// landing pad and becomes an invoke, the inliner copies its attributes and little else. Beside them, until the second
// visit, a list in the module has each note with its place in the source: (DILocation, type, receiver).

#include "CallNotes.h"

#include "AllocatedTypes.h"
#include "SourceNames.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/IR/Attributes.h"
#include <utility>

using namespace llvm;

namespace memscope {

static constexpr StringLiteral FunctionKey = "memscope-function";
static constexpr StringLiteral TypeKey = "memscope-type";
static constexpr StringLiteral ReceiverKey = "memscope-receiver";
static constexpr StringLiteral ListName = "memscope.notes";

static void attach(CallBase &Call, StringRef Key, StringRef Text) {
  if (!Text.empty())
    Call.addFnAttr(Attribute::get(Call.getContext(), Key, Text));
}

static StringRef noted(const CallBase &Call, StringRef Key) { return Call.getFnAttr(Key).getValueAsString(); }

static void noteCall(const Candidate &Candidate, AllocatedTypes &Types) {
  CallBase &Call = *Candidate.Call;
  const Function &F = *Call.getFunction();
  const DISubprogram *Subprogram = F.getSubprogram();
  if (!Subprogram || functionName(*Subprogram) != functionName(F))
    attach(Call, FunctionKey, functionName(F));
  AllocatedType Found = Types.of(Candidate);
  attach(Call, TypeKey, Found.Type);
  attach(Call, ReceiverKey, Found.Receiver);
}

void noteCalls(Module &M, ArrayRef<Candidate> Calls) {
  LLVMContext &Context = M.getContext();
  AllocatedTypes Types(M);
  for (const Candidate &Candidate : Calls) {
    CallBase &Call = *Candidate.Call;
    noteCall(Candidate, Types);
    DILocation *Location = Call.getDebugLoc().get();
    if (Location && Location->getLine() != 0 && !Call.getType()->isVoidTy()) // a release has no more to note
      M.getOrInsertNamedMetadata(ListName)->addOperand(
          MDNode::get(Context, {Location, MDString::get(Context, noted(Call, TypeKey)),
                                MDString::get(Context, noted(Call, ReceiverKey))}));
  }
}

// A place in the source, whatever it was inlined into.
using SourcePlace = std::pair<const DISubprogram *, std::pair<unsigned, unsigned>>;

static SourcePlace placeOf(const DILocation &Location) {
  return {Location.getScope()->getSubprogram(), {Location.getLine(), Location.getColumn()}};
}

void restoreNotes(Module &M, ArrayRef<Candidate> Calls) {
  NamedMDNode *List = M.getNamedMetadata(ListName);
  if (!List)
    return;
  DenseMap<SourcePlace, const MDNode *> Notes; // nullptr: of several calls that differ, as a macro may have
  for (const MDNode *Note : List->operands()) {
    const auto *Location = dyn_cast_or_null<DILocation>(Note->getOperand(0));
    if (!Location)
      continue; // debug information was stripped
    auto [Known, IsNew] = Notes.try_emplace(placeOf(*Location), Note);
    if (!IsNew && Known->second &&
        (Known->second->getOperand(1) != Note->getOperand(1) || Known->second->getOperand(2) != Note->getOperand(2)))
      Known->second = nullptr;
  }
  for (const Candidate &Candidate : Calls) {
    CallBase &Call = *Candidate.Call;
    const DILocation *Location = Call.getDebugLoc().get();
    if (!Location || !noted(Call, TypeKey).empty() || !noted(Call, ReceiverKey).empty())
      continue;
    if (const MDNode *Note = Notes.lookup(placeOf(*Location))) {
      attach(Call, TypeKey, cast<MDString>(Note->getOperand(1))->getString());
      attach(Call, ReceiverKey, cast<MDString>(Note->getOperand(2))->getString());
    }
  }
  List->eraseFromParent();
}

CallNote readNote(const CallBase &Call) {
  return {noted(Call, FunctionKey).str(), noted(Call, TypeKey).str(), noted(Call, ReceiverKey).str()};
}

void dropNote(CallBase &Call) {
  AttributeList Attributes = Call.getAttributes();
  for (StringRef Key : {StringRef(FunctionKey), StringRef(TypeKey), StringRef(ReceiverKey)})
    Attributes = Attributes.removeFnAttribute(Call.getContext(), Key);
  Call.setAttributes(Attributes);
}

} // namespace memscope
