// SPDX-License-Identifier: Apache-2.0
//
// Debug information holds a type's own name only; the namespaces and classes around it are found through its scopes.

#include "SourceNames.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/BinaryFormat/Dwarf.h"
#include "llvm/Demangle/Demangle.h"
#include "llvm/Support/Path.h"

using namespace llvm;

namespace memscope {

std::string functionName(const DISubprogram &Subprogram) {
  if (!Subprogram.getLinkageName().empty())
    return demangle(Subprogram.getLinkageName().str());
  return Subprogram.getName().str();
}

std::string functionName(const Function &F) {
  if (const DISubprogram *Subprogram = F.getSubprogram())
    return functionName(*Subprogram);
  return demangle(GlobalValue::dropLLVMManglingEscape(F.getName()).str());
}

std::string filePath(const DIFile &File) {
  // clang splits off the directories that the file shares with the working directory, so the name alone says little.
  SmallString<128> Path;
  if (!sys::path::is_absolute(File.getFilename()))
    Path = File.getDirectory();
  sys::path::append(Path, File.getFilename());
  return Path.str().str();
}

// "ns::Outer::" for what lies in them; "" at file or function level.
static std::string qualifier(const DIScope *Scope) {
  if (const auto *Namespace = dyn_cast_or_null<DINamespace>(Scope)) {
    StringRef Name = Namespace->getName();
    return qualifier(Namespace->getScope()) + (Name.empty() ? "(anonymous namespace)" : Name.str()) + "::";
  }
  if (const auto *Class = dyn_cast_or_null<DICompositeType>(Scope))
    return qualifier(Class->getScope()) + Class->getName().str() + "::";
  return "";
}

// The name of the type that \p Type is made from, with \p Suffix behind it.
static std::string derivedName(const DIDerivedType &Type, StringRef Suffix) {
  std::string Base = Type.getBaseType() ? typeName(*Type.getBaseType()) : "void";
  if (Base.empty())
    return "";
  // "char *" but "char **".
  return Base + (Base.back() == '*' || Base.back() == '&' ? "" : " ") + Suffix.str();
}

std::string typeName(const DIType &Type) {
  const auto *Derived = dyn_cast<DIDerivedType>(&Type);
  switch (Type.getTag()) {
  case dwarf::DW_TAG_pointer_type:
    return derivedName(*Derived, "*");
  case dwarf::DW_TAG_reference_type:
    return derivedName(*Derived, "&");
  case dwarf::DW_TAG_rvalue_reference_type:
    return derivedName(*Derived, "&&");
  case dwarf::DW_TAG_const_type:
  case dwarf::DW_TAG_volatile_type: {
    StringRef Word = Type.getTag() == dwarf::DW_TAG_const_type ? "const" : "volatile";
    std::string Base = Derived->getBaseType() ? typeName(*Derived->getBaseType()) : "void";
    if (Base.empty())
      return "";
    return Base.back() == '*' ? Base + Word.str() : Word.str() + " " + Base;
  }
  default:
    return Type.getName().empty() ? "" : qualifier(Type.getScope()) + Type.getName().str();
  }
}

} // namespace memscope
