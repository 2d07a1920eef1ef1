// SPDX-License-Identifier: Apache-2.0
//
// An address is a variable's, or a pointer's that was loaded from another place, plus an offset; debug information has
// a declared type for the one and, through it, for the other. The offset is then followed down into the type. GEPs say
// no more than offsets do, and with opaque pointers the first member of a struct has none: so their types are not
// looked at.

#include "Places.h"

#include "LLVMCompat.h"

#include "llvm/BinaryFormat/Dwarf.h"
#include "llvm/IR/GetElementPtrTypeIterator.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/Module.h"
#include "llvm/IR/Operator.h"

using namespace llvm;

namespace memscope {

// Pointers through pointers: no sane expression has more, and a loop in the IR must end.
static constexpr unsigned DeepestChain = 8;

static bool isNameOnly(const DIType &Type) {
  switch (Type.getTag()) {
  case dwarf::DW_TAG_typedef:
  case dwarf::DW_TAG_const_type:
  case dwarf::DW_TAG_volatile_type:
  case dwarf::DW_TAG_restrict_type:
  case dwarf::DW_TAG_atomic_type:
    return true;
  default:
    return false;
  }
}

const DIType *withoutNames(const DIType *Type) {
  while (Type && isNameOnly(*Type))
    Type = cast<DIDerivedType>(Type)->getBaseType();
  return Type;
}

const DIType *pointee(const DIType *Type) {
  Type = withoutNames(Type);
  if (!Type)
    return nullptr;
  switch (Type->getTag()) {
  case dwarf::DW_TAG_pointer_type:
  case dwarf::DW_TAG_reference_type:
  case dwarf::DW_TAG_rvalue_reference_type:
    return cast<DIDerivedType>(Type)->getBaseType();
  default:
    return nullptr;
  }
}

const DIType *resultType(const Function &F) {
  const DISubprogram *Subprogram = F.getSubprogram();
  const DISubroutineType *Type = Subprogram ? Subprogram->getType() : nullptr;
  DITypeRefArray Types = Type ? Type->getTypeArray() : DITypeRefArray();
  return Types.size() > 0 ? Types[0] : nullptr;
}

static bool isReference(const DIType *Type) {
  Type = withoutNames(Type);
  return Type && Type->getTag() != dwarf::DW_TAG_pointer_type;
}

static uint64_t sizeInBits(const DIType *Type) {
  Type = withoutNames(Type);
  return Type ? Type->getSizeInBits() : 0;
}

// ---- down into a type ----

static bool isAggregate(const DIType *Type) {
  const auto *Composite = dyn_cast_or_null<DICompositeType>(withoutNames(Type));
  return Composite && Composite->getTag() != dwarf::DW_TAG_enumeration_type;
}

// The name of a struct, or of the typedef that an unnamed one goes by.
static StringRef ownerName(const DIType *Type) {
  StringRef Name;
  for (; Type && isNameOnly(*Type); Type = cast<DIDerivedType>(Type)->getBaseType())
    if (Type->getTag() == dwarf::DW_TAG_typedef)
      Name = Type->getName();
  return Type && !Type->getName().empty() ? Type->getName() : Name;
}

static bool isPart(const DINode *Element) {
  const auto *Member = dyn_cast<DIDerivedType>(Element);
  return Member && !Member->isStaticMember() && Member->getBaseType() &&
         (Member->getTag() == dwarf::DW_TAG_member || Member->getTag() == dwarf::DW_TAG_inheritance);
}

static Place scalarIn(Place Whole, uint64_t Offset);

static Place inMember(const Place &Whole, const DIDerivedType &Member, uint64_t Offset) {
  StringRef Owner = ownerName(Whole.Type);
  std::string Label = Owner.empty() ? Whole.Label : Owner.str();
  // The members of a base class or of an unnamed struct are called like the owner's own.
  if (Member.getTag() == dwarf::DW_TAG_member && !Member.getName().empty())
    Label += "." + Member.getName().str();
  return scalarIn({Label, Member.getBaseType(), false}, Offset - Member.getOffsetInBits());
}

static Place inComposite(const Place &Whole, const DICompositeType &Type, uint64_t Offset) {
  Place Found;
  for (const DINode *Element : Type.getElements()) {
    if (!isPart(Element))
      continue;
    const auto &Member = *cast<DIDerivedType>(Element);
    uint64_t Begin = Member.getOffsetInBits();
    if (Offset < Begin || Offset >= Begin + sizeInBits(Member.getBaseType()))
      continue;
    Place Candidate = inMember(Whole, Member, Offset);
    if (!Candidate || !pointee(Candidate.Type))
      continue;
    if (Found)
      return {}; // a union's members: which of them is meant, the IR does not say
    Found = Candidate;
  }
  return Found;
}

// The scalar at an offset, in bits, of \p Whole.
static Place scalarIn(Place Whole, uint64_t Offset) {
  const auto *Type = dyn_cast_or_null<DICompositeType>(withoutNames(Whole.Type));
  if (!Type || !isAggregate(Type))
    return Offset == 0 ? Whole : Place();
  if (Type->getTag() != dwarf::DW_TAG_array_type)
    return inComposite(Whole, *Type, Offset);
  uint64_t Size = sizeInBits(Type->getBaseType());
  if (Size == 0)
    return {};
  return scalarIn({Whole.Label + "[]", Type->getBaseType(), false}, Offset % Size);
}

// ---- from the IR to a variable ----

static Place variableOf(const Value &Address) {
  if (const auto *Global = dyn_cast<GlobalVariable>(&Address)) {
    SmallVector<DIGlobalVariableExpression *, 1> Descriptions;
    Global->getDebugInfo(Descriptions);
    if (Descriptions.empty())
      return {};
    const DIGlobalVariable *Variable = Descriptions.front()->getVariable();
    return {Variable->getName().str(), Variable->getType(), true};
  }
  if (const DILocalVariable *Variable = declaredVariable(Address))
    return {Variable->getName().str(), Variable->getType(), true};
  return {};
}

static Place placeAt(const Value &Address, unsigned Depth);

// The object that a pointer leads to.
static Place objectAt(const Value &Pointer, unsigned Depth) {
  if (const auto *Load = dyn_cast<LoadInst>(&Pointer)) {
    Place From = placeAt(*Load->getPointerOperand(), Depth + 1);
    const DIType *Target = From ? pointee(From.Type) : nullptr;
    if (!Target)
      return {};
    // A reference is called like what it refers to.
    if (isReference(From.Type))
      return {From.Label, Target, From.IsVariable};
    return {"*" + From.Label, Target, false};
  }
  if (const auto *Call = dyn_cast<CallBase>(&Pointer)) {
    const Function *Callee = Call->getCalledFunction();
    const DIType *Target = Callee ? pointee(resultType(*Callee)) : nullptr;
    return Target ? Place{"*" + Callee->getName().str() + "()", Target, false} : Place();
  }
  return variableOf(Pointer);
}

// Takes constant offsets and variable indices off an address. A variable index counts as 0: one element is like
// another.
static const Value &stripOffsets(const Value &Address, const DataLayout &Layout, int64_t &Bytes, bool &Indexed) {
  const Value *V = Address.stripPointerCasts();
  for (const auto *GEP = dyn_cast<GEPOperator>(V); GEP; GEP = dyn_cast<GEPOperator>(V)) {
    for (auto I = gep_type_begin(GEP), E = gep_type_end(GEP); I != E; ++I) {
      const auto *Index = dyn_cast<ConstantInt>(I.getOperand());
      if (!Index)
        Indexed = true;
      else if (StructType *Struct = I.getStructTypeOrNull())
        Bytes += static_cast<int64_t>(
            Layout.getStructLayout(Struct)->getElementOffset(static_cast<unsigned>(Index->getZExtValue())));
      else
        Bytes += Index->getSExtValue() * static_cast<int64_t>(Layout.getTypeAllocSize(I.getIndexedType()));
    }
    V = GEP->getPointerOperand()->stripPointerCasts();
  }
  return *V;
}

static Place placeAt(const Value &Address, const DataLayout &Layout, unsigned Depth) {
  int64_t Bytes = 0;
  bool Indexed = false;
  const Value &Base = stripOffsets(Address, Layout, Bytes, Indexed);
  Place Object = objectAt(Base, Depth);
  if (!Object || Bytes < 0)
    return {};
  uint64_t Offset = static_cast<uint64_t>(Bytes) * 8, Size = sizeInBits(Object.Type);
  bool Behind = !Object.IsVariable && Size > 0 && Offset >= Size; // p[3] of what p points to
  if (Behind)
    Offset %= Size;
  if ((Behind || Indexed) && !isAggregate(Object.Type) && Object.Label.front() == '*')
    Object.Label = Object.Label.substr(1) + "[]";
  return scalarIn(Object, Offset);
}

static const DataLayout *layoutFor(const Value &Address) {
  if (const auto *I = dyn_cast<Instruction>(&Address))
    return &I->getModule()->getDataLayout();
  if (const auto *Global = dyn_cast<GlobalVariable>(Address.stripInBoundsOffsets()))
    return &Global->getParent()->getDataLayout();
  if (const auto *Argument = dyn_cast<llvm::Argument>(&Address))
    return &Argument->getParent()->getParent()->getDataLayout();
  return nullptr;
}

static Place placeAt(const Value &Address, unsigned Depth) {
  const DataLayout *Layout = Depth < DeepestChain ? layoutFor(Address) : nullptr;
  return Layout ? placeAt(Address, *Layout, Depth) : Place();
}

Place placeAt(const Value &Address) { return placeAt(Address, 0); }

} // namespace memscope
