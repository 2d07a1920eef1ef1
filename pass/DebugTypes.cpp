// SPDX-License-Identifier: Apache-2.0
//
// clang calls the struct type of a record "struct.ns::Name": the kind, the qualified name without template arguments of
// the last part, and a number behind it where the name is taken. A struct type without a record of the source is
// "struct.anon". LLVM's finder collects the types of a module in one walk over it.

#include "DebugTypes.h"

#include "TypeNames.h"

#include "llvm/BinaryFormat/Dwarf.h"
#include "llvm/IR/DebugInfo.h"

using namespace llvm;

namespace memscope {

// First members of first members: no sane record has more.
static constexpr unsigned DeepestNesting = 16;

static bool isNameOnly(const DIType &Type) {
  switch (Type.getTag()) {
  case dwarf::DW_TAG_typedef:
  case dwarf::DW_TAG_template_alias:
  case dwarf::DW_TAG_const_type:
  case dwarf::DW_TAG_volatile_type:
  case dwarf::DW_TAG_restrict_type:
  case dwarf::DW_TAG_atomic_type:
    return isa<DIDerivedType>(Type);
  default:
    return false;
  }
}

const DIType *withoutNames(const DIType *Type) {
  while (Type && isNameOnly(*Type))
    Type = cast<DIDerivedType>(Type)->getBaseType();
  return Type;
}

bool isReference(const DIType *Type) {
  Type = withoutNames(Type);
  return Type &&
         (Type->getTag() == dwarf::DW_TAG_reference_type || Type->getTag() == dwarf::DW_TAG_rvalue_reference_type);
}

bool isPointer(const DIType *Type) {
  Type = withoutNames(Type);
  return Type && (Type->getTag() == dwarf::DW_TAG_pointer_type || isReference(Type));
}

const DIType *pointee(const DIType *Type) {
  return isPointer(Type) ? cast<DIDerivedType>(withoutNames(Type))->getBaseType() : nullptr;
}

const DICompositeType *asAggregate(const DIType *Type) {
  const auto *Composite = dyn_cast_or_null<DICompositeType>(withoutNames(Type));
  return Composite && Composite->getTag() != dwarf::DW_TAG_enumeration_type ? Composite : nullptr;
}

const DICompositeType *asRecord(const DIType *Type) {
  const DICompositeType *Composite = asAggregate(Type);
  return Composite && Composite->getTag() != dwarf::DW_TAG_array_type ? Composite : nullptr;
}

uint64_t sizeInBits(const DIType *Type) {
  Type = withoutNames(Type);
  return Type ? Type->getSizeInBits() : 0;
}

bool isPart(const DINode *Element) {
  const auto *Member = dyn_cast_or_null<DIDerivedType>(Element);
  if (!Member || !Member->getBaseType() || Member->isStaticMember())
    return false;
  // The place of a virtual base class depends on the object.
  return Member->getTag() == dwarf::DW_TAG_member ||
         (Member->getTag() == dwarf::DW_TAG_inheritance && !Member->isVirtual());
}

StringRef withoutArguments(StringRef Name) { return Name.substr(0, Name.find('<')); }

const DIType *resultType(const Function &F) {
  const DISubprogram *Subprogram = F.getSubprogram();
  const DISubroutineType *Type = Subprogram ? Subprogram->getType() : nullptr;
  DITypeRefArray Types = Type ? Type->getTypeArray() : DITypeRefArray();
  return Types.size() > 0 ? Types[0] : nullptr;
}

// ---- struct types and records ----

// "Name" of "struct.ns::Name.12".
static StringRef lastPart(const StructType &Struct) {
  StringRef Name = Struct.getName().split('.').second;
  size_t Number = Name.rfind('.');
  if (Number != StringRef::npos && Name.find_first_not_of("0123456789", Number + 1) == StringRef::npos)
    Name = Name.substr(0, Number);
  size_t Scope = Name.rfind("::");
  return Scope == StringRef::npos ? Name : Name.substr(Scope + 2);
}

bool mayBeMadeOf(const StructType &Struct, uint64_t Bits, const DIType *Type) {
  const DICompositeType *Record = asRecord(Type);
  if (!Record || Record->getSizeInBits() != Bits)
    return false;
  if (!Struct.hasName())
    return true;
  StringRef Name = lastPart(Struct);
  if (!Record->getName().empty())
    return withoutArguments(Record->getName()) == Name;
  // An unnamed record goes by the name of its typedef.
  for (; Type != Record; Type = cast<DIDerivedType>(Type)->getBaseType())
    if (Type->getName() == Name)
      return true;
  return Name == "anon";
}

const DIType *DebugTypes::recordOf(StructType &Struct) {
  auto [Known, IsNew] = Records.try_emplace(&Struct);
  if (IsNew)
    Known->second = findRecord(Struct);
  return Known->second;
}

const DIType *DebugTypes::findRecord(StructType &Struct) {
  if (!Struct.hasName() || !Struct.isSized())
    return nullptr;
  makeIndex();
  auto Candidates = ByName.find(lastPart(Struct));
  if (Candidates == ByName.end())
    return nullptr;
  StringRef Name = Struct.getName().split('.').second;
  uint64_t Bits = M.getDataLayout().getTypeAllocSize(&Struct) * 8;
  const DIType *Found = nullptr;
  for (const DIType *Candidate : Candidates->second) {
    if (sizeInBits(Candidate) != Bits || typeName(*Candidate, false) != Name)
      continue;
    if (Found)
      return nullptr;
    Found = Candidate;
  }
  return Found;
}

bool DebugTypes::isExtended(const DIType &Base, uint64_t Bits) {
  makeIndex();
  return Extended.contains({withoutNames(&Base), Bits});
}

// The record that \p Record begins with, or nullptr.
static const DICompositeType *firstPart(const DICompositeType &Record) {
  for (const DINode *Element : Record.getElements())
    if (isPart(Element) && cast<DIDerivedType>(Element)->getOffsetInBits() == 0)
      if (const DICompositeType *First = asRecord(cast<DIDerivedType>(Element)->getBaseType()))
        return First;
  return nullptr;
}

void DebugTypes::add(const DIType &Type) {
  const DICompositeType *Record = asRecord(&Type);
  if (!Record || Record->getSizeInBits() == 0 || (Type.getTag() != dwarf::DW_TAG_typedef && &Type != Record))
    return;
  bool IsTemplate = Record->getTemplateParams().size() != 0;
  if (Record->getName().empty() != (&Type == Record) && !IsTemplate)
    ByName[Type.getName()].push_back(&Type);
  if (&Type != Record)
    return;
  const DICompositeType *First = firstPart(*Record);
  for (unsigned Depth = 0; First && Depth != DeepestNesting; ++Depth) {
    Extended.insert({First, Record->getSizeInBits()});
    Extended.insert({First, 0});
    First = firstPart(*First);
  }
}

void DebugTypes::makeIndex() {
  if (HasIndex)
    return;
  HasIndex = true;
  DebugInfoFinder Finder;
  Finder.processModule(M);
  for (const DIType *Type : Finder.types())
    add(*Type);
}

} // namespace memscope
