// SPDX-License-Identifier: Apache-2.0
//
// Debug information holds a type's own name only; the namespaces and classes around it are found through its scopes.
// Function names are the other way round: the symbol has everything, and is preferred where there is one. Paths are
// joined but not tidied, so that they equal those which readers of debug information show.

#include "SourceNames.h"

#include "LLVMCompat.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/BinaryFormat/Dwarf.h"
#include "llvm/Demangle/Demangle.h"
#include "llvm/IR/Constants.h"
#include "llvm/Support/Path.h"

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

// "ns::Outer::" for what lies in them; "" at file or function level.
static std::string qualifier(const DIScope *Scope) {
  if (!isa_and_nonnull<DINamespace, DICompositeType>(Scope))
    return "";
  StringRef Name = Scope->getName();
  return qualifier(Scope->getScope()) + (Name.empty() ? "(anonymous)" : Name.str()) + "::";
}

// The name of the type that \p Type is made from, with \p Suffix behind it.
static std::string derivedName(const DIDerivedType &Type, StringRef Suffix, bool InC) {
  std::string Base = Type.getBaseType() ? typeName(*Type.getBaseType(), InC) : "void";
  if (Base.empty())
    return "";
  // "char *" but "char **".
  return Base + (Base.back() == '*' || Base.back() == '&' ? "" : " ") + Suffix.str();
}

// "int[4][3]".
static std::string arrayName(const DICompositeType &Type, bool InC) {
  std::string Name = Type.getBaseType() ? typeName(*Type.getBaseType(), InC) : "";
  if (Name.empty())
    return "";
  for (const DINode *Element : Type.getElements()) {
    const auto *Range = dyn_cast<DISubrange>(Element);
    const auto *Constant = Range ? dyn_cast_or_null<ConstantAsMetadata>(Range->getRawCountNode()) : nullptr;
    const auto *Count = Constant ? dyn_cast<ConstantInt>(Constant->getValue()) : nullptr;
    Name += "[" + (Count && !Count->isNegative() ? std::to_string(Count->getZExtValue()) : "") + "]";
  }
  return Name;
}

static StringRef keyword(unsigned Tag) {
  switch (Tag) {
  case dwarf::DW_TAG_structure_type:
    return "struct ";
  case dwarf::DW_TAG_union_type:
    return "union ";
  case dwarf::DW_TAG_enumeration_type:
    return "enum ";
  default:
    return "";
  }
}

std::string typeName(const DIType &Type, bool InC) {
  const auto *Derived = dyn_cast<DIDerivedType>(&Type);
  switch (Type.getTag()) {
  case dwarf::DW_TAG_pointer_type:
    return derivedName(*Derived, "*", InC);
  case dwarf::DW_TAG_reference_type:
    return derivedName(*Derived, "&", InC);
  case dwarf::DW_TAG_rvalue_reference_type:
    return derivedName(*Derived, "&&", InC);
  case dwarf::DW_TAG_const_type:
  case dwarf::DW_TAG_volatile_type: {
    StringRef Word = Type.getTag() == dwarf::DW_TAG_const_type ? "const" : "volatile";
    std::string Base = Derived->getBaseType() ? typeName(*Derived->getBaseType(), InC) : "void";
    if (Base.empty())
      return "";
    return Base.back() == '*' ? Base + Word.str() : Word.str() + " " + Base;
  }
  case dwarf::DW_TAG_restrict_type: // says nothing about the block
  case dwarf::DW_TAG_atomic_type:
    return Derived->getBaseType() ? typeName(*Derived->getBaseType(), InC) : "void";
  case dwarf::DW_TAG_array_type:
    return arrayName(cast<DICompositeType>(Type), InC);
  default:
    if (Type.getName().empty())
      return "";
    return (InC ? keyword(Type.getTag()).str() : qualifier(Type.getScope())) + Type.getName().str();
  }
}

} // namespace memscope
