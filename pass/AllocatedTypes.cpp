// SPDX-License-Identifier: Apache-2.0
//
// The result of a call is followed to where it goes first: into memory, out of the function, or into another call. How
// many elements there are is told by the size argument, if that is a multiple of the element's size, as a constant or
// by a multiplication. Other sizes (a struct with room behind it) say nothing, and the type stands alone.

#include "AllocatedTypes.h"

#include "Places.h"
#include "SourceNames.h"

#include "llvm/BinaryFormat/Dwarf.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/Operator.h"

using namespace llvm;

namespace memscope {

// ---- where the block goes ----

// The function's return value, which clang keeps in memory until the end.
static bool isReturnSlot(const Value &Address) {
  return isa<AllocaInst>(Address) && any_of(Address.users(), [](const User *U) {
           return isa<LoadInst>(U) && any_of(U->users(), [](const User *V) { return isa<ReturnInst>(V); });
         });
}

static const DIType *returnedType(const Instruction &At) { return pointee(resultType(*At.getFunction())); }

// The type that a parameter of the called function points to.
static const DIType *parameterType(const CallBase &Call, unsigned Argument) {
  const Function *Callee = Call.getCalledFunction();
  const DISubprogram *Subprogram = Callee ? Callee->getSubprogram() : nullptr;
  const DISubroutineType *Type = Subprogram ? Subprogram->getType() : nullptr;
  DITypeRefArray Types = Type ? Type->getTypeArray() : DITypeRefArray();
  // With a struct by value, arguments and parameters need not be one to one.
  if (Types.size() != Call.arg_size() + 1)
    return nullptr;
  return pointee(Types[Argument + 1]);
}

namespace {

/// Where a block goes.
struct Destination {
  const DIType *Type = nullptr; ///< of what it points to
  Place Receiver;
};

/// Follows a block from its allocation.
class Search {
public:
  Destination follow(const Value &Block) {
    visit(Block, 0);
    return Stored.Receiver ? Stored : Elsewhere;
  }

private:
  void visit(const Value &Block, unsigned Depth) {
    if (Depth > 4)
      return;
    // The list of users begins with the last one; the first one counts, so it may overwrite the others.
    for (const Use &U : Block.uses()) {
      const User *User = U.getUser();
      if (const auto *Store = dyn_cast<StoreInst>(User)) {
        if (U.getOperandNo() == 0)
          storeInto(*Store);
      } else if (const auto *Return = dyn_cast<ReturnInst>(User)) {
        Elsewhere = {returnedType(*Return), {}};
      } else if (isa<BitCastInst>(User) || isa<PHINode>(User) || isOffset(*User)) {
        visit(*User, Depth + 1);
      } else if (const auto *Call = dyn_cast<CallBase>(User)) {
        if (Call->isArgOperand(&U))
          if (const DIType *Type = parameterType(*Call, Call->getArgOperandNo(&U)))
            Elsewhere = {Type, {}};
      }
    }
  }

  // The elements of a new[] lie behind a count.
  static bool isOffset(const User &U) {
    const auto *GEP = dyn_cast<GEPOperator>(&U);
    return GEP && GEP->getNumIndices() == 1 && GEP->hasAllConstantIndices() &&
           GEP->getSourceElementType()->isIntegerTy(8);
  }

  void storeInto(const StoreInst &Store) {
    const Value &Address = *Store.getPointerOperand();
    if (Place Receiver = placeAt(Address)) {
      if (withoutNames(Receiver.Type) && withoutNames(Receiver.Type)->getTag() == dwarf::DW_TAG_pointer_type)
        Stored = {pointee(Receiver.Type), Receiver};
    } else if (isReturnSlot(*Address.stripPointerCasts())) {
      Elsewhere = {returnedType(Store), {}};
    }
  }

  Destination Stored, Elsewhere;
};

} // namespace

static Destination destinationOf(const Candidate &Candidate) {
  if (int Out = Candidate.Row->outArgument(); Out >= 0) {
    Place Receiver = placeAt(*Candidate.Call->getArgOperand(static_cast<unsigned>(Out)));
    return {pointee(Receiver.Type), Receiver};
  }
  return Search().follow(*Candidate.Call);
}

// ---- how many ----

static uint64_t sizeInBytes(const DIType &Type) {
  const DIType *Named = withoutNames(&Type);
  return Named ? Named->getSizeInBits() / 8 : 0;
}

// An array of no fixed size at its end makes every size a possible one.
static bool hasOpenEnd(const DIType &Type) {
  const auto *Composite = dyn_cast_or_null<DICompositeType>(withoutNames(&Type));
  if (!Composite || Composite->getElements().empty())
    return false;
  const auto *Last = dyn_cast<DIDerivedType>(Composite->getElements()[Composite->getElements().size() - 1]);
  const DIType *Member = Last ? withoutNames(Last->getBaseType()) : nullptr;
  return Member && Member->getTag() == dwarf::DW_TAG_array_type && Member->getSizeInBits() <= 8;
}

static bool isMultiple(const Value &Size, uint64_t Element) {
  if (Element == 1)
    return true;
  const Value *V = &Size;
  while (isa<ZExtInst>(V) || isa<SExtInst>(V))
    V = cast<CastInst>(V)->getOperand(0);
  const auto *Product = dyn_cast<Operator>(V);
  if (!Product)
    return false;
  // `new T[n]` asks with overflow: the product is part of a pair.
  if (const auto *Part = dyn_cast<ExtractValueInst>(V))
    Product = dyn_cast<Operator>(Part->getAggregateOperand());
  if (!Product)
    return false;
  for (const Value *Factor : Product->operands())
    if (const auto *Constant = dyn_cast<ConstantInt>(Factor)) {
      if (Product->getOpcode() == Instruction::Shl)
        return Constant->getZExtValue() < 32 && (uint64_t(1) << Constant->getZExtValue()) % Element == 0;
      bool Multiplies = Product->getOpcode() == Instruction::Mul || Product->getOpcode() == Instruction::Call;
      return Multiplies && Constant->getZExtValue() % Element == 0 && !Constant->isZero();
    }
  return false;
}

// "[12]", "[]", or "" for one or where the sizes do not tell.
static std::string countSuffix(const Candidate &Candidate, uint64_t Element) {
  uint64_t Bytes = 1;
  bool Multiple = false, Known = true;
  SmallVector<unsigned, 2> Sizes = Candidate.Row->sizeArguments();
  if (Sizes.empty() || Element == 0)
    return "";
  for (unsigned Index : Sizes) {
    const Value &Size = *Candidate.Call->getArgOperand(Index);
    const auto *Constant = dyn_cast<ConstantInt>(&Size);
    if (!Constant || Constant->getValue().getActiveBits() > 31) {
      Known = false;
      Multiple |= isMultiple(Size, Element);
    } else {
      Bytes *= Constant->getZExtValue();
      Multiple |= Constant->getZExtValue() % Element == 0 && !Constant->isZero();
    }
  }
  if (!Known)
    return Multiple ? "[]" : "";
  return Bytes % Element == 0 && Bytes > Element ? "[" + std::to_string(Bytes / Element) + "]" : "";
}

static std::string withCount(const Candidate &Candidate, const DIType &Type, const std::string &Name) {
  if (hasOpenEnd(Type))
    return Name;
  if (Candidate.Row->isText())
    return Name + (sizeInBytes(Type) > 0 ? "[]" : "");
  // A new[] of a class with a destructor has a count in front, which its size does not tell apart from an element.
  if (Candidate.Row->isNewArray() && isa<DICompositeType>(withoutNames(&Type)))
    return Name + "[]";
  std::string Suffix = countSuffix(Candidate, sizeInBytes(Type));
  if (Suffix.empty() && Candidate.Row->isNewArray())
    Suffix = "[]";
  // Of arrays: the new dimension is the outermost.
  size_t Inner = Type.getTag() == dwarf::DW_TAG_array_type ? Name.find('[', Name.rfind('>') + 1) : Name.size();
  return Name.substr(0, Inner) + Suffix + Name.substr(Inner);
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
  if (!Receiver || !Receiver.IsVariable)
    return Receiver.Label;
  std::string Type = typeName(*Receiver.Type, InC);
  if (Type.empty())
    return Receiver.Label;
  return Type + (Type.back() == '*' ? "" : " ") + Receiver.Label;
}

// A `const char *` receives characters like any other.
static const DIType *unqualified(const DIType *Type) {
  while (Type && (Type->getTag() == dwarf::DW_TAG_const_type || Type->getTag() == dwarf::DW_TAG_volatile_type))
    Type = cast<DIDerivedType>(Type)->getBaseType();
  return Type;
}

AllocatedType allocatedType(const Candidate &Candidate) {
  const Function &F = *Candidate.Call->getFunction();
  bool InC = isC(F);
  Destination Found = destinationOf(Candidate);
  const auto *Created = dyn_cast_or_null<DIType>(Candidate.Call->getMetadata("heapallocsite"));
  const DIType *Type = unqualified(Created ? Created : Found.Type);

  AllocatedType Result;
  Result.Receiver = receiverText(Found.Receiver, InC);
  std::string Name = Type ? typeName(*Type, InC) : "";
  if (!Name.empty())
    Result.Type = withCount(Candidate, *Type, Name);
  return Result;
}

} // namespace memscope
