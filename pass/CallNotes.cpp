// SPDX-License-Identifier: Apache-2.0
//
// A note is up to three string attributes of the call. Attributes and not metadata: when a call is inlined under a
// landing pad and becomes an invoke, the inliner copies its attributes and little else. The notes by place are metadata
// of the module, of C allocations only: the optimiser replaces no others.

#include "CallNotes.h"

#include "SourceNames.h"

#include "llvm/IR/Attributes.h"
#include "llvm/IR/Module.h"

using namespace llvm;

namespace memscope {

static constexpr StringLiteral FunctionKey = "memscope-function";
static constexpr StringLiteral TypeKey = "memscope-type";
static constexpr StringLiteral ReceiverKey = "memscope-receiver";
static constexpr StringLiteral NotesByPlace = "memscope.notes";

static void attach(CallBase &Call, StringRef Key, StringRef Text) {
  if (!Text.empty())
    Call.addFnAttr(Attribute::get(Call.getContext(), Key, Text));
}

// Where \p Call stands in the source, whatever it was inlined into; nullptr where that is not known.
static const DILocation *placeInSource(const CallBase &Call) {
  const DILocation *Location = Call.getDebugLoc().get();
  if (!Location || Location->getLine() == 0)
    return nullptr;
  return DILocation::get(Call.getContext(), Location->getLine(), Location->getColumn(),
                         Location->getScope()->getNonLexicalBlockFileScope());
}

static void noteByPlace(CallBase &Call, const CallNote &Note) {
  const DILocation *Place = placeInSource(Call);
  if (!Place)
    return;
  LLVMContext &Context = Call.getContext();
  Metadata *Parts[] = {const_cast<DILocation *>(Place), MDString::get(Context, Note.Function),
                       MDString::get(Context, Note.Type), MDString::get(Context, Note.Receiver)};
  Call.getModule()->getOrInsertNamedMetadata(NotesByPlace)->addOperand(MDNode::get(Context, Parts));
}

CallNote findNote(const Candidate &Candidate, AllocatedTypes &Types) {
  const Function &F = *Candidate.Call->getFunction();
  const DISubprogram *Subprogram = F.getSubprogram();
  AllocatedType Found = Types.of(Candidate);
  CallNote Note = {"", Found.Type, Found.Receiver};
  if (!Subprogram || (Subprogram->getLinkageName() != F.getName() && functionName(*Subprogram) != functionName(F)))
    Note.Function = functionName(F);
  return Note;
}

void noteCall(const Candidate &Candidate, AllocatedTypes &Types) {
  CallBase &Call = *Candidate.Call;
  CallNote Note = findNote(Candidate, Types);
  attach(Call, FunctionKey, Note.Function);
  attach(Call, TypeKey, Note.Type);
  attach(Call, ReceiverKey, Note.Receiver);
  if (Candidate.Row->Family == "MALLOC" && !Call.getType()->isVoidTy())
    noteByPlace(Call, Note);
}

CallNotes::CallNotes(Module &M) {
  NamedMDNode *Notes = M.getNamedMetadata(NotesByPlace);
  if (!Notes)
    return;
  for (const MDNode *Note : Notes->operands()) {
    auto [At, New] = ByPlace.insert({cast<DILocation>(Note->getOperand(0)), Note});
    if (!New && At->second != Note)
      At->second = nullptr;
  }
  Notes->eraseFromParent();
}

CallNote CallNotes::of(const CallBase &Call) const {
  auto Attached = [&Call](StringRef Key) { return Call.getFnAttr(Key).getValueAsString().str(); };
  CallNote Own = {Attached(FunctionKey), Attached(TypeKey), Attached(ReceiverKey)};
  const DILocation *Place = placeInSource(Call);
  const MDNode *Note = Place ? ByPlace.lookup(Place) : nullptr;
  if (!Note || !Own.Function.empty() || !Own.Type.empty() || !Own.Receiver.empty())
    return Own;
  auto Part = [Note](unsigned Index) { return cast<MDString>(Note->getOperand(Index))->getString().str(); };
  return {Part(1), Part(2), Part(3)};
}

void dropNote(CallBase &Call) {
  AttributeList Attributes = Call.getAttributes();
  for (StringRef Key : {StringRef(FunctionKey), StringRef(TypeKey), StringRef(ReceiverKey)})
    Attributes = Attributes.removeFnAttribute(Call.getContext(), Key);
  Call.setAttributes(Attributes);
}

} // namespace memscope
