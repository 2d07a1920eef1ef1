// SPDX-License-Identifier: Apache-2.0
//
// A function's symbol has everything that belongs to its name, and is preferred where there is one. Paths are joined
// but not tidied, so that they equal those which readers of debug information show.

#include "SourceNames.h"

#include "LLVMCompat.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Demangle/Demangle.h"
#include "llvm/Support/Path.h"

#include <cstdlib>

using namespace llvm;

namespace memscope {

// Templates of C++ have names of hundreds of characters, and their allocation calls come by the dozen: each is
// demangled once in a thread.
static std::string demangled(const std::string &Symbol) {
  if (!startsWith(Symbol, "_Z"))
    return Symbol;
  thread_local StringMap<std::string> Known;
  std::string &Name = Known[Symbol];
  if (Name.empty())
    Name = demangle(Symbol);
  return Name;
}

std::string functionName(const DISubprogram &Subprogram) {
  std::string Symbol = Subprogram.getLinkageName().str();
  std::string Demangled = demangled(Symbol);
  // A symbol that does not demangle (C, asm labels) is not what the source calls the function.
  return Demangled == Symbol ? Subprogram.getName().str() : Demangled;
}

std::string functionName(const Function &F) {
  std::string Symbol = GlobalValue::dropLLVMManglingEscape(F.getName()).str();
  std::string Demangled = demangled(Symbol);
  // The symbol first: -gline-tables-only leaves C++ functions with their last name only.
  if (Demangled == Symbol && F.getSubprogram())
    return functionName(*F.getSubprogram());
  return Demangled;
}

std::string calledName(const Function &F) {
  ItaniumPartialDemangler Demangler;
  std::string Symbol = GlobalValue::dropLLVMManglingEscape(F.getName()).str();
  if (Demangler.partialDemangle(Symbol.c_str()))
    return functionName(F);
  char *Name = Demangler.getFunctionName(nullptr, nullptr);
  std::string Result = Name ? Name : functionName(F);
  std::free(Name);
  return Result;
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
