// SPDX-License-Identifier: Apache-2.0
//
// The note is !memscope.call !{!"function", !"type", !"receiver"}. The allocated type comes from !heapallocsite, which
// clang attaches to the calls of `new` expressions; receivers are not looked for yet and stay unknown. A call about
// which nothing is known that the second visit could not see by itself gets no note.

#include "CallNotes.h"

#include "SourceNames.h"

#include "llvm/IR/Metadata.h"

using namespace llvm;

namespace memscope {

static constexpr StringLiteral NoteKind = "memscope.call";

void noteCall(CallBase &Call) {
  CallNote Note;
  const Function &F = *Call.getFunction();
  const DISubprogram *Subprogram = F.getSubprogram();
  if (!Subprogram || functionName(*Subprogram) != functionName(F))
    Note.Function = functionName(F);
  if (const auto *Type = dyn_cast_or_null<DIType>(Call.getMetadata("heapallocsite")))
    Note.Type = typeName(*Type);
  if (Note.Function.empty() && Note.Type.empty() && Note.Receiver.empty())
    return;

  LLVMContext &Context = Call.getContext();
  Metadata *Fields[] = {MDString::get(Context, Note.Function), MDString::get(Context, Note.Type),
                        MDString::get(Context, Note.Receiver)};
  Call.setMetadata(NoteKind, MDTuple::get(Context, Fields));
}

CallNote readNote(const CallBase &Call) {
  CallNote Note;
  if (const MDNode *Fields = Call.getMetadata(NoteKind)) {
    auto Text = [Fields](unsigned I) { return cast<MDString>(Fields->getOperand(I))->getString().str(); };
    Note = {Text(0), Text(1), Text(2)};
  }
  return Note;
}

} // namespace memscope
