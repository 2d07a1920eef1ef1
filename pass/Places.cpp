// SPDX-License-Identifier: Apache-2.0
//
// An address is a variable's, or a pointer's that was loaded from another place, and then a chain of steps, GEPs, each
// of which says through which type it goes. Debug information has a declared type for the beginning; each step is
// followed down into it, to the part of the step's own type. Where there is no such part, the source has cast: then the
// step's struct type says what the object is, if that is certain, and otherwise the place is unknown.

#include "Places.h"

#include "LLVMCompat.h"
#include "TypeNames.h"

#include "llvm/BinaryFormat/Dwarf.h"
#include "llvm/IR/GetElementPtrTypeIterator.h"

using namespace llvm;

namespace memscope {

// Pointers through pointers, and steps of one address: no sane expression has more, and a loop in the IR must end.
static constexpr unsigned DeepestChain = 8;
static constexpr unsigned LongestAddress = 32;

// ---- down into a type ----

// The name of a record, or of the typedef that an unnamed one goes by.
static std::string ownerName(const DIType *Type) {
  const DICompositeType *Record = asRecord(Type);
  if (!Record)
    return "";
  if (!Record->getName().empty())
    return typeName(*Record, false);
  const DIType *Typedef = nullptr;
  for (; Type != Record; Type = cast<DIDerivedType>(Type)->getBaseType())
    if (Type->getTag() == dwarf::DW_TAG_typedef)
      Typedef = Type;
  return Typedef ? typeName(*Typedef, false) : "";
}

static Place memberOf(const Place &Whole, const DIDerivedType &Member) {
  std::string Owner = ownerName(Whole.Type);
  StringRef Name = Member.getTag() == dwarf::DW_TAG_member ? Member.getName() : "";
  // What a lambda captures is called like the variable outside.
  if (Owner.empty() && Whole.Label == "*this" && !Name.empty())
    return {Name.str(), Member.getBaseType(), true};
  std::string Label = Owner.empty() ? Whole.Label : Owner;
  // Members of an unnamed member are called like the owner's own.
  if (!Name.empty())
    Label += "." + Name.str();
  return {Label, Member.getBaseType(), false};
}

// The one outermost part that begins there and is meant.
Place Places::partOf(const Position &Where, Test IsMeant) {
  const auto &[Whole, Offset] = Where;
  if (Offset == 0 && IsMeant(Whole.Type))
    return Whole;
  const DICompositeType *Type = asAggregate(Whole.Type);
  if (!Type)
    return {};
  if (Type->getTag() == dwarf::DW_TAG_array_type) {
    // The size of an array of variable length is not known, and neither is that of what consists of such.
    uint64_t Size = sizeInBits(Type->getBaseType());
    std::string Label = Whole.Label;
    for (unsigned Dimensions = Type->getElements().size(); Dimensions != 0; --Dimensions)
      Label += "[]";
    return partOf({{Label, Type->getBaseType(), false}, Size ? Offset % Size : Offset}, IsMeant);
  }
  Place Found;
  for (const DINode *Element : Type->getElements()) {
    if (!isPart(Element))
      continue;
    const auto &Member = *cast<DIDerivedType>(Element);
    uint64_t Begin = Member.getOffsetInBits(), Size = sizeInBits(Member.getBaseType());
    if (Offset < Begin || (Offset >= Begin + Size && Size > 0))
      continue;
    Place Part = partOf({memberOf(Whole, Member), Offset - Begin}, IsMeant);
    if (Part && Found)
      return {}; // a union's members: which of them is meant, the IR does not say
    if (Part)
      Found = Part;
  }
  return Found;
}

// ---- along an address ----

// From LLVM 15 on, a thread-local variable is addressed through an intrinsic.
static bool isThreadLocalAddress(const Value &V) {
  const auto *Call = dyn_cast<CallInst>(&V);
  const Function *Callee = Call ? Call->getCalledFunction() : nullptr;
  return Callee && Callee->isIntrinsic() && startsWith(Callee->getName(), "llvm.threadlocal.address");
}

const Value &withoutCasts(const Value &Address) {
  const Value *V = &Address;
  for (unsigned Casts = 0; Casts != LongestAddress; ++Casts) {
    if (!isa<BitCastOperator, AddrSpaceCastOperator>(V) && !isThreadLocalAddress(*V))
      break;
    V = cast<Operator>(V)->getOperand(0);
  }
  return *V;
}

static const DataLayout *layoutFor(const GEPOperator &Step) {
  if (const auto *I = dyn_cast<Instruction>(&Step))
    return &I->getModule()->getDataLayout();
  if (const auto *Global = dyn_cast<GlobalVariable>(Step.stripInBoundsOffsets()))
    return &Global->getParent()->getDataLayout();
  return nullptr;
}

static const DICompositeType *asArray(const DIType *Type) {
  const DICompositeType *Aggregate = asAggregate(Type);
  return Aggregate && Aggregate->getTag() == dwarf::DW_TAG_array_type ? Aggregate : nullptr;
}

// Tells whether clang may have made \p Lowered of \p Type, or of a row of it.
static bool mayBeMadeOf(Type *Lowered, const DataLayout &Layout, const DIType *Type) {
  uint64_t Bits = Layout.getTypeAllocSize(Lowered) * 8;
  if (Lowered->isArrayTy()) {
    // An array of several dimensions is one type in debug information. The size of one of variable length is 0.
    if (!asArray(Type) || (Bits > 0 && sizeInBits(Type) % Bits != 0))
      return false;
    while (Lowered->isArrayTy())
      Lowered = Lowered->getArrayElementType();
    while (const DICompositeType *Array = asArray(Type))
      Type = Array->getBaseType();
    return mayBeMadeOf(Lowered, Layout, Type);
  }
  if (const auto *Struct = dyn_cast<StructType>(Lowered))
    return mayBeMadeOf(*Struct, Bits, Type);
  return !asAggregate(Type) && sizeInBits(Type) == Bits && isPointer(Type) == Lowered->isPointerTy();
}

static Place elementOf(Place Whole) {
  // "p[3]" instead of "*p", for what p points to.
  if (!Whole.Label.empty() && Whole.Label.front() == '*')
    Whole.Label = Whole.Label.substr(1) + "[]";
  Whole.IsVariable = false;
  return Whole;
}

Places::Position Places::advance(Position From, const GEPOperator &Step) {
  const DataLayout *Layout = layoutFor(Step);
  Type *Source = Step.getSourceElementType();
  if (!Layout || !Source->isSized() || Layout->getTypeAllocSize(Source).isScalable())
    return {};
  const auto *First = dyn_cast<ConstantInt>(Step.idx_begin()->get());
  // Bytes, into whatever it is; a variable number of them may lead anywhere.
  if (Source->isIntegerTy(8) && Step.getNumIndices() == 1) {
    if (!From || !First || First->isNegative() || First->getValue().getActiveBits() > 32)
      return {};
    From.Offset += First->getZExtValue() * 8;
    return From;
  }

  auto IsSource = [&](const DIType *Type) { return mayBeMadeOf(Source, *Layout, Type); };
  Place Object = From ? partOf(From, IsSource) : Place();
  auto *Struct = dyn_cast<StructType>(Source);
  if (const DIType *Record = !Object && Struct ? Types.recordOf(*Struct) : nullptr)
    Object = {"", Record, false};
  if (!Object)
    return {};
  if (Step.getNumIndices() == 1 || !First || !First->isZero())
    Object = elementOf(Object);

  Position To = {Object, 0};
  auto I = gep_type_begin(Step);
  for (++I; I != gep_type_end(Step); ++I) {
    // One element of an array is called like another.
    StructType *Inner = I.getStructTypeOrNull();
    if (!Inner)
      continue;
    const auto *Index = dyn_cast<ConstantInt>(I.getOperand());
    if (!Index)
      return {};
    To.Offset += Layout->getStructLayout(Inner)->getElementOffset(static_cast<unsigned>(Index->getZExtValue())) * 8;
  }
  return To;
}

Places::Position Places::positionOf(const Value &Address, unsigned Depth) {
  if (Depth == DeepestChain)
    return {};
  SmallVector<const GEPOperator *, 8> Steps;
  const Value *Base = &withoutCasts(Address);
  while (const auto *Step = dyn_cast<GEPOperator>(Base)) {
    if (Steps.size() == LongestAddress)
      return {};
    Steps.push_back(Step);
    Base = &withoutCasts(*Step->getPointerOperand());
  }
  Position Where = {objectAt(*Base, Depth), 0};
  while (!Steps.empty())
    Where = advance(Where, *Steps.pop_back_val());
  return Where;
}

// ---- from the IR to an object ----

static Place declaredAt(const Value &Address) {
  if (const auto *Global = dyn_cast<GlobalVariable>(&Address)) {
    SmallVector<DIGlobalVariableExpression *, 1> Descriptions;
    Global->getDebugInfo(Descriptions);
    if (Descriptions.empty())
      return {};
    const DIGlobalVariable &Variable = *Descriptions.front()->getVariable();
    return {variableName(Variable), Variable.getType(), true};
  }
  const DILocalVariable *Variable = declaredVariable(Address);
  return Variable ? Place{Variable->getName().str(), Variable->getType(), true} : Place();
}

Place Places::variableAt(const Value &Address) {
  auto [Known, IsNew] = Variables.try_emplace(&Address);
  if (IsNew)
    Known->second = declaredAt(Address);
  return Known->second;
}

// What a call's result leads to. Some results have a better name than the function: "v[]" for the element of a
// container, "*p" for what an iterator or a smart pointer leads to.
Place Places::resultOf(const CallBase &Call, unsigned Depth) {
  const Function *Callee = Call.getCalledFunction();
  const DIType *Type = Callee ? resultType(*Callee) : nullptr;
  const DIType *Target = pointee(Type);
  if (!Target)
    return {};
  const DISubprogram &Subprogram = *Callee->getSubprogram();
  StringRef Name = Subprogram.getName();
  const auto *Class = dyn_cast_or_null<DICompositeType>(Subprogram.getScope());
  if (Class && isReference(Type) && !Call.arg_empty() && (Name == "operator[]" || Name == "operator*"))
    if (Place Object = recordAt(*Call.getArgOperand(0), *Class, Depth + 1); !Object.Label.empty())
      return {Name == "operator*" ? "*" + Object.Label : Object.Label + "[]", Target, false};
  if (!startsWith(Name, "operator"))
    Name = withoutArguments(Name);
  return {(isReference(Type) ? "" : "*") + Name.str() + "()", Target, false};
}

// The object that a pointer leads to.
Place Places::objectAt(const Value &Pointer, unsigned Depth) {
  if (Depth >= DeepestChain)
    return {};
  if (const auto *Load = dyn_cast<LoadInst>(&Pointer)) {
    Place From = pointerAt(*Load->getPointerOperand(), Depth + 1);
    const DIType *Target = pointee(From.Type);
    if (!Target)
      return {};
    // A reference is called like what it refers to.
    if (isReference(From.Type))
      return {From.Label, Target, From.IsVariable};
    return {"*" + From.Label, Target, false};
  }
  if (const auto *Call = dyn_cast<CallBase>(&Pointer))
    return resultOf(*Call, Depth);
  if (Place Variable = variableAt(Pointer))
    return Variable;
  // The storage of the function's result.
  const auto *Parameter = dyn_cast<Argument>(&Pointer);
  if (Parameter && Parameter->hasStructRetAttr())
    return {"", resultType(*Parameter->getParent()), false};
  return {};
}

Place Places::pointerAt(const Value &Address, unsigned Depth) {
  Position Where = positionOf(Address, Depth);
  return Where ? partOf(Where, isPointer) : Place();
}

Place Places::pointerAt(const Value &Address) { return pointerAt(Address, 0); }

Place Places::recordAt(const Value &Address, const DIType &Record, unsigned Depth) {
  Position Where = positionOf(Address, Depth);
  return Where ? partOf(Where, [&](const DIType *Type) { return withoutNames(Type) == &Record; }) : Place();
}

// ---- smart pointers ----

static bool isSmartPointer(const DICompositeType &Class) {
  StringRef Name = withoutArguments(Class.getName());
  const auto *Namespace = dyn_cast_or_null<DINamespace>(Class.getScope());
  while (Namespace && Namespace->getExportSymbols()) // inline
    Namespace = dyn_cast_or_null<DINamespace>(Namespace->getScope());
  return (Name == "unique_ptr" || Name == "shared_ptr") && Namespace && !Namespace->getScope() &&
         Namespace->getName() == "std";
}

Place Places::smartPointerOf(const CallBase &Call) {
  const Function *Callee = Call.getCalledFunction();
  const DISubprogram *Subprogram = Callee ? Callee->getSubprogram() : nullptr;
  const auto *Class = Subprogram ? dyn_cast_or_null<DICompositeType>(Subprogram->getScope()) : nullptr;
  if (!Class || !isSmartPointer(*Class) || Call.arg_empty())
    return {};
  Place Pointer = recordAt(*Call.getArgOperand(0), *Class, 0);
  return Pointer.Label.empty() ? Place() : Pointer;
}

} // namespace memscope
