// SPDX-License-Identifier: Apache-2.0
//
// Everything a site says is taken from the call's debug location, its note and its callee. Constants of equal content
// are one object in LLVM, so the initialiser itself is the key that finds a site again. The descriptors are written at
// once: what is known at compile time needs no work at run time, and survives stripping. Which of the functions that
// share a site gets it does not matter: the linker keeps it for any of them.

#include "SiteTable.h"

#include "SourceNames.h"

using namespace llvm;

namespace memscope {

// The function the call is written in, which after inlining need not be the one it is in.
static std::string functionOf(const CallBase &Call, const CallNote &Note) {
  if (!Note.Function.empty())
    return Note.Function;
  if (const DILocation *Location = Call.getDebugLoc().get())
    return functionName(*Location->getScope()->getSubprogram());
  return functionName(*Call.getFunction());
}

Constant *SiteTable::siteOfFunction(const Function &F, const AllocationFunction &Row) {
  SiteFields Fields;
  Fields.callee = Abi.text(Row.Name);
  Fields.function = Abi.text(functionName(F));
  if (const DISubprogram *Subprogram = F.getSubprogram()) {
    Fields.line = Abi.number(Subprogram->getLine());
    Fields.file = Abi.text(filePath(Subprogram->getFile()));
  } else {
    Fields.file = Abi.text(F.getParent()->getSourceFileName());
  }
  return Abi.pointer(Abi.addSite(Abi.siteInitializer(Fields), F, ""));
}

Constant *SiteTable::siteOf(const Candidate &Candidate, const CallNote &Note) {
  const CallBase &Call = *Candidate.Call;
  const Function &F = *Call.getFunction();

  SiteFields Fields;
  if (!Candidate.Row->Id.empty())
    Fields.real = Abi.pointer(Candidate.Callee);
  Fields.callee = Abi.text(Candidate.Row->Name);
  Fields.type = Abi.text(Note.Type);
  Fields.receiver = Abi.text(Note.Receiver);
  Fields.function = Abi.text(functionOf(Call, Note));
  const DILocation *Location = Call.getDebugLoc().get();
  if (Location) {
    Fields.line = Abi.number(Location->getLine());
    Fields.column = Abi.number(Location->getColumn());
    Fields.file = Abi.text(filePath(Location->getFile()));
  } else {
    Fields.file = Abi.text(Call.getModule()->getSourceFileName());
  }

  Constant *Content = Abi.siteInitializer(Fields);
  // Without a line two calls of one function look alike, but they are two.
  if (!Location || Location->getLine() == 0) {
    std::string Distinction = (F.getName() + "." + Twine(CountWithoutLine[&F]++)).str();
    return Abi.pointer(Abi.addSite(Content, F, Distinction));
  }
  GlobalVariable *&Site = ByContent[Content];
  if (!Site)
    Site = Abi.addSite(Content, F, "");
  return Abi.pointer(Site);
}

} // namespace memscope
