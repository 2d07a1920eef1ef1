// SPDX-License-Identifier: Apache-2.0
//
// A note is up to three string attributes of the call. Attributes and not metadata: when a call is inlined under a
// landing pad and becomes an invoke, the inliner copies its attributes and little else.

#include "CallNotes.h"

#include "AllocatedTypes.h"
#include "SourceNames.h"

#include "llvm/IR/Attributes.h"

using namespace llvm;

namespace memscope {

static constexpr StringLiteral FunctionKey = "memscope-function";
static constexpr StringLiteral TypeKey = "memscope-type";
static constexpr StringLiteral ReceiverKey = "memscope-receiver";

static void attach(CallBase &Call, StringRef Key, StringRef Text) {
  if (!Text.empty())
    Call.addFnAttr(Attribute::get(Call.getContext(), Key, Text));
}

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

void noteCalls(const Module &M, ArrayRef<Candidate> Calls) {
  AllocatedTypes Types(M);
  for (const Candidate &Candidate : Calls)
    noteCall(Candidate, Types);
}

CallNote readNote(const CallBase &Call) {
  auto Text = [&Call](StringRef Key) { return Call.getFnAttr(Key).getValueAsString().str(); };
  return {Text(FunctionKey), Text(TypeKey), Text(ReceiverKey)};
}

void dropNote(CallBase &Call) {
  AttributeList Attributes = Call.getAttributes();
  for (StringRef Key : {StringRef(FunctionKey), StringRef(TypeKey), StringRef(ReceiverKey)})
    Attributes = Attributes.removeFnAttribute(Call.getContext(), Key);
  Call.setAttributes(Attributes);
}

} // namespace memscope
