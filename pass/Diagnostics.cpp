// SPDX-License-Identifier: Apache-2.0
//
// Why DiagnosticInfoUnsupported? It is the one kind with a free text and a location that clang turns into an ordinary
// warning; a kind of the plugin's own would be printed without its location, and remarks are shown to those only who
// ask for them.

#include "Diagnostics.h"

#include "llvm/IR/DebugInfoMetadata.h"
#include "llvm/IR/DiagnosticInfo.h"

using namespace llvm;

namespace memscope {

void warn(const Function &F, StringRef File, unsigned Line, const Twine &Message) {
  // A location can only be made from debug information, hence a description of a function for the time of one message.
  LLVMContext &Context = F.getContext();
  TempDISubprogram Place =
      DISubprogram::getTemporary(Context, nullptr, "", "", DIFile::get(Context, File, ""), Line, nullptr, Line, nullptr,
                                 0, 0, DINode::FlagZero, DISubprogram::SPFlagZero, nullptr);
  Context.diagnose(DiagnosticInfoUnsupported(F, Message, DiagnosticLocation(Place.get()), DS_Warning));
}

void warn(const Instruction &At, const Twine &Message) {
  At.getContext().diagnose(
      DiagnosticInfoUnsupported(*At.getFunction(), Message, DiagnosticLocation(At.getDebugLoc()), DS_Warning));
}

} // namespace memscope
