// SPDX-License-Identifier: Apache-2.0
//
// The size of a block is the test of its type: a constant that is smaller than the type disproves it, a multiple counts
// the elements, as does a multiplication by a multiple. Any other size (a struct with room behind it) says nothing, and
// the type stands alone. A multiple of a record's size may also be the size of a larger record that begins with it
// (`struct base *p = malloc(sizeof(struct derived))`); where there is such a one, nothing is counted.

#include "AllocatedTypes.h"

#include "BlockUses.h"
#include "TypeNames.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/BinaryFormat/Dwarf.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/Support/MathExtras.h"
#include <optional>

using namespace llvm;

namespace memscope {

// ---- how many bytes ----

namespace {

/// What the size arguments of a call say.
struct BlockSize {
  bool IsGiven = false;             ///< there are such arguments
  bool IsConstant = true;           ///< Bytes is the size
  uint64_t Bytes = 1;               ///< otherwise a number that the size is a multiple of
  SmallVector<uint64_t, 4> Factors; ///< the constants that are multiplied
};

} // namespace

// Returns a number that \p V is certainly a multiple of, and adds the constants that make it one.
static uint64_t knownFactor(const Value &V, SmallVectorImpl<uint64_t> &Factors, unsigned Depth = 0) {
  if (const auto *Constant = dyn_cast<ConstantInt>(&V)) {
    Factors.push_back(Constant->getValue().getLimitedValue());
    return Factors.back();
  }
  const auto *Operation = dyn_cast<Operator>(&V);
  if (!Operation || Depth == 8)
    return 1;
  auto Factor = [&](unsigned Index) { return knownFactor(*Operation->getOperand(Index), Factors, Depth + 1); };
  switch (Operation->getOpcode()) {
  case Instruction::ZExt:
  case Instruction::SExt:
  case Instruction::ExtractValue: // of a product and its overflow, as `new T[n]` computes it
    return Factor(0);
  case Instruction::Mul:
    return SaturatingMultiply(Factor(0), Factor(1));
  case Instruction::Call: {
    const auto *Product = dyn_cast<WithOverflowInst>(Operation);
    return Product && Product->getBinaryOp() == Instruction::Mul ? SaturatingMultiply(Factor(0), Factor(1)) : 1;
  }
  case Instruction::Shl: {
    const auto *Bits = dyn_cast<ConstantInt>(Operation->getOperand(1));
    return Bits && Bits->getValue().ult(32) ? SaturatingMultiply(Factor(0), uint64_t(1) << Bits->getZExtValue()) : 1;
  }
  default:
    return 1;
  }
}

static BlockSize sizeOf(const Candidate &Candidate) {
  BlockSize Size;
  for (unsigned Index : Candidate.Row->sizeArguments()) {
    const Value &Argument = *Candidate.Call->getArgOperand(Index);
    Size.IsGiven = true;
    Size.IsConstant &= isa<ConstantInt>(Argument);
    Size.Bytes = SaturatingMultiply(Size.Bytes, knownFactor(Argument, Size.Factors));
  }
  Size.IsConstant &= Size.IsGiven;
  return Size;
}

// ---- does the size go with a type ----

static uint64_t bytesOf(const DIType *Type) { return sizeInBits(Type) / 8; }

// Where the array at the end of a record begins that takes what room there is: `[]`, `[0]`, or `[1]` by old custom.
static std::optional<uint64_t> openEnd(const DICompositeType *Record, unsigned Depth = 0) {
  std::optional<uint64_t> Found;
  if (!Record || Depth == 8)
    return Found;
  bool IsUnion = Record->getTag() == dwarf::DW_TAG_union_type;
  for (const DINode *Element : Record->getElements()) {
    if (!isPart(Element))
      continue;
    const auto &Member = *cast<DIDerivedType>(Element);
    if (IsUnion && Found)
      break;
    Found.reset(); // the last member counts
    const DICompositeType *Type = asAggregate(Member.getBaseType());
    if (Type && Type->getTag() == dwarf::DW_TAG_array_type && Type->getSizeInBits() <= sizeInBits(Type->getBaseType()))
      Found = 0;
    else if (Type && Type->getTag() != dwarf::DW_TAG_array_type)
      Found = openEnd(Type, Depth + 1);
    if (Found)
      *Found += Member.getOffsetInBits() / 8;
  }
  return Found;
}

namespace {

/// What a block's size says about a type.
enum class Fit {
  Disproved, ///< it is too small
  One,
  Several,
  Odd,    ///< a constant that is no number of them
  Unknown ///< it does not say
};

} // namespace

static Fit fitOf(const BlockSize &Size, const DIType &Type, DebugTypes &Types) {
  uint64_t Element = bytesOf(&Type);
  if (!Size.IsGiven || Element == 0)
    return Fit::Unknown;
  if (std::optional<uint64_t> End = openEnd(asRecord(&Type)))
    return Size.IsConstant && Size.Bytes < *End ? Fit::Disproved : Fit::One;
  if (Size.IsConstant && Size.Bytes <= Element)
    return Size.Bytes < Element ? Fit::Disproved : Fit::One;
  bool IsMultiple = Size.Bytes % Element == 0 && Size.Bytes > 0;
  if (IsMultiple && !is_contained(Size.Factors, Element) && asRecord(&Type))
    IsMultiple = !Types.isExtended(Type, SaturatingMultiply<uint64_t>(Size.Bytes, 8));
  if (IsMultiple)
    return Fit::Several;
  return Size.IsConstant ? Fit::Odd : Fit::Unknown;
}

// ---- which type ----

namespace {

struct Choice {
  const DIType *Type = nullptr;
  bool IsDeclared = true; ///< by what takes the block, and not only seen in its use
};

} // namespace

// The one type that all of them are, or nullptr.
static const DIType *agreed(ArrayRef<const DIType *> Types) {
  for (const DIType *Type : Types)
    if (!Type || withoutNames(Type) != withoutNames(Types.front()))
      return nullptr;
  return Types.empty() ? nullptr : Types.front();
}

// Where all are records, as a base and what is derived from it, the one that has just the size of the block.
static const DIType *recordOfSize(const BlockUses &Uses, uint64_t Bytes) {
  SmallVector<const DIType *, 4> OfSize;
  for (const auto *Types : {&Uses.Stored, &Uses.Accessed})
    for (const DIType *Type : *Types) {
      if (!asRecord(Type))
        return nullptr;
      if (bytesOf(Type) == Bytes)
        OfSize.push_back(Type);
    }
  return agreed(OfSize);
}

static Choice choose(BlockUses &Uses, const BlockSize &Size) {
  bool IsInDoubt = asRecord(Uses.Declared) && Size.IsConstant && Size.Bytes != bytesOf(Uses.Declared);
  if (Uses.Declared && !IsInDoubt)
    return {Uses.Declared};
  if (Uses.Receiver.Label.empty())
    for (const auto *Types : {&Uses.Returned, &Uses.Passed})
      if (!Types->empty())
        return {agreed(*Types)};

  Uses.followVariables();
  if (const DIType *Exact = Size.IsConstant ? recordOfSize(Uses, Size.Bytes) : nullptr)
    return {Exact};
  if (Uses.Declared)
    return {Uses.Declared};
  if (!Uses.IsWhole)
    return {};
  SmallVector<const DIType *, 4> Next(Uses.Stored);
  append_range(Next, Uses.Returned);
  if (!Next.empty())
    return {agreed(Next)};
  return {agreed(Uses.Accessed), false};
}

// ---- names ----

static bool isC(const Function &F) {
  const DISubprogram *Subprogram = F.getSubprogram();
  const DICompileUnit *Unit = Subprogram ? Subprogram->getUnit() : nullptr;
  switch (Unit ? Unit->getSourceLanguage() : 0) {
  case dwarf::DW_LANG_C89:
  case dwarf::DW_LANG_C:
  case dwarf::DW_LANG_C99:
  case dwarf::DW_LANG_C11:
    return true;
  default:
    return false;
  }
}

static std::string receiverText(const Place &Receiver, bool InC) {
  std::string Declaration = Receiver && Receiver.IsVariable ? typeName(*Receiver.Type, InC, Receiver.Label) : "";
  return Declaration.empty() ? Receiver.Label : Declaration;
}

// A `const char *` receives characters like any other.
static const DIType *unqualified(const DIType *Type) {
  while (Type && (Type->getTag() == dwarf::DW_TAG_const_type || Type->getTag() == dwarf::DW_TAG_volatile_type))
    Type = cast<DIDerivedType>(Type)->getBaseType();
  return Type;
}

static std::string dimension(uint64_t Count) { return "[" + std::to_string(Count) + "]"; }

// The bytes in front of the elements of a new[], where the number of those with a destructor is kept.
static uint64_t bytesInFront(const CallBase &Call) {
  uint64_t Bytes = 0;
  for (const User *U : Call.users())
    if (const auto *Step = dyn_cast<GEPOperator>(U))
      if (Step->getSourceElementType()->isIntegerTy(8) && Step->getNumIndices() == 1)
        if (const auto *Index = dyn_cast<ConstantInt>(Step->idx_begin()->get()))
          Bytes = std::max(Bytes, Index->getZExtValue());
  return Bytes;
}

// The type of what a new expression makes.
static std::string createdText(const Candidate &Candidate, const DIType &Type, const BlockSize &Size, bool InC) {
  if (!Candidate.Row->isNewArray())
    return typeName(Type, InC);
  uint64_t Element = bytesOf(&Type), Front = asRecord(&Type) ? bytesInFront(*Candidate.Call) : 0;
  bool IsCounted = Size.IsConstant && Element > 0 && Size.Bytes >= Front && (Size.Bytes - Front) % Element == 0;
  return typeName(Type, InC, IsCounted ? dimension((Size.Bytes - Front) / Element) : "[]");
}

static std::string chosenText(const Choice &Chosen, const DIType &Type, const BlockSize &Size, DebugTypes &Types,
                              bool InC) {
  switch (fitOf(Size, Type, Types)) {
  case Fit::Disproved:
    return "";
  case Fit::One:
    return typeName(Type, InC);
  case Fit::Several:
    return typeName(Type, InC, Size.IsConstant ? dimension(Size.Bytes / bytesOf(&Type)) : "[]");
  case Fit::Odd:
    return Chosen.IsDeclared ? typeName(Type, InC) : "";
  case Fit::Unknown: // what is accessed may be the beginning of another record
    return Chosen.IsDeclared || !Types.isExtended(Type) ? typeName(Type, InC) : "";
  }
  llvm_unreachable("all cases return");
}

// What a function makes that returns a text, by its own declaration.
static std::string textType(const AllocationFunction &Row) {
  bool IsWide = Row.Symbol.contains("wcs") || Row.Symbol.contains("wmem");
  return IsWide ? "wchar_t[]" : "char[]";
}

// The type in a new expression. Of `new int[n][4]` it is int, while the variable knows the rows.
static const DIType *createdType(const CallBase &Call, const DIType *Declared) {
  const auto *Created = dyn_cast_or_null<DIType>(Call.getMetadata("heapallocsite"));
  const DICompositeType *Rows = asAggregate(Declared);
  bool AreRows = Created && Rows && Rows->getTag() == dwarf::DW_TAG_array_type &&
                 withoutNames(Rows->getBaseType()) == withoutNames(Created);
  return unqualified(AreRows ? Declared : Created);
}

AllocatedType AllocatedTypes::of(const Candidate &Candidate) {
  bool InC = isC(*Candidate.Call->getFunction());
  BlockUses Uses(Candidate, PlacesOfModule, Types);
  BlockSize Size = sizeOf(Candidate);
  AllocatedType Result;
  Result.Receiver = receiverText(Uses.Receiver, InC);
  const DIType *Created = createdType(*Candidate.Call, Uses.Declared);
  if (Created && (Candidate.Row->Family == "NEW" || Candidate.Row->isNewArray())) {
    Result.Type = createdText(Candidate, *Created, Size, InC);
    return Result;
  }

  Choice Chosen = Created ? Choice{Created} : choose(Uses, Size);
  const DIType *Type = unqualified(Chosen.Type);
  bool IsData = Type && !isa_and_nonnull<DISubroutineType>(withoutNames(Type)); // a function's code has no type
  if (Candidate.Row->isText())
    Result.Type = IsData ? typeName(*Type, InC, "[]") : textType(*Candidate.Row);
  else if (IsData)
    Result.Type = chosenText(Chosen, *Type, Size, Types, InC);
  return Result;
}

} // namespace memscope
