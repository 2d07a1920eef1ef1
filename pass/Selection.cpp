// SPDX-License-Identifier: Apache-2.0
//
// For a whole file or module, hooks on every function would cost much and tell nothing new: what is only called from
// inside is inside already, and what calls nothing allocates nothing. These scopes may be inlined, since the program
// should stay what it is; the price is that one left by an exception can last as long as the function around it.

#include "Selection.h"

#include "Diagnostics.h"
#include "ListFile.h"
#include "RuntimeAbi.h"

#include "llvm/IR/InstIterator.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/IntrinsicInst.h"

using namespace llvm;

namespace memscope {

static bool isEntrance(const Function &F) {
  if (F.hasLocalLinkage() && !F.hasAddressTaken())
    return false;
  return any_of(instructions(F), [](const Instruction &I) { return isa<CallBase>(I) && !isa<IntrinsicInst>(I); });
}

static ScopeAnnotation unmarked() {
  ScopeAnnotation Scope;
  Scope.MayBeInlined = true;
  return Scope;
}

static std::unique_ptr<ListFile> readList(Module &M, const std::string &Path) {
  if (Path.empty())
    return nullptr;
  std::string Error;
  auto List = ListFile::read(Path, Error);
  if (!List)
    M.getContext().emitError("memscope-list: " + StringRef(Error).rtrim());
  return List;
}

void selectFunctions(Module &M, const Options &Given, ScopeMap &Scopes) {
  std::unique_ptr<ListFile> List = readList(M, Given.List);
  bool Warned = false;
  for (Function &F : M) {
    if (F.isDeclarationForLinker() || isOwnFunction(F) || Scopes.count(&F))
      continue;
    Listed Found = List ? List->find(F) : Listed::Nothing;
    if (List && !Warned && List->isUnsectioned(F)) {
      warn(F, "", 0,
           "memscope-list: " + Given.List + ": the entry for '" + F.getName() +
               "' stands under neither [track] nor [ignore] and counts for nothing");
      Warned = true;
    }
    if (Found == Listed::Ignore)
      Scopes[&F].Ignore = true;
    else if (Found == Listed::Track)
      Scopes[&F] = ScopeAnnotation();
    else if ((Found == Listed::TrackFile || Given.TrackModule) && isEntrance(F))
      Scopes[&F] = unmarked();
  }
}

} // namespace memscope
