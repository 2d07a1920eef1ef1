// SPDX-License-Identifier: Apache-2.0
//
// A function's symbol has everything that belongs to its name, and is preferred where there is one. Paths are joined
// but not tidied, so that they equal those which readers of debug information show.

#include "SourceNames.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/Demangle/Demangle.h"
#include "llvm/Support/Path.h"

using namespace llvm;

namespace memscope {

std::string functionName(const DISubprogram &Subprogram) {
  std::string Symbol = Subprogram.getLinkageName().str();
  std::string Demangled = demangle(Symbol);
  // A symbol that does not demangle (C, asm labels) is not what the source calls the function.
  return Demangled == Symbol ? Subprogram.getName().str() : Demangled;
}

std::string functionName(const Function &F) {
  std::string Symbol = GlobalValue::dropLLVMManglingEscape(F.getName()).str();
  std::string Demangled = demangle(Symbol);
  // The symbol first: -gline-tables-only leaves C++ functions with their last name only.
  if (Demangled == Symbol && F.getSubprogram())
    return functionName(*F.getSubprogram());
  return Demangled;
}

std::string filePath(const DIFile *File) {
  if (!File)
    return "";
  // clang splits off the directories that the file shares with the working directory, so the name alone says little.
  SmallString<128> Path;
  if (!sys::path::is_absolute(File->getFilename()))
    Path = File->getDirectory();
  sys::path::append(Path, File->getFilename());
  return Path.str().str();
}

} // namespace memscope
