// SPDX-License-Identifier: Apache-2.0
//
//     %p = call ptr @pool_alloc(ptr %pool, i64 %n)          memscope_alloc,size=2
//
//     %t = call ptr @__memscope_call_begin(ptr %frame)
//     %p = call ptr @pool_alloc(ptr %pool, i64 %n)
//     call void @__memscope_custom_alloc(ptr %p, i64 %n, i64 0, ptr %t, ptr @site)
//
// Inside the function the first hook is at its entry and the last one before each return.

#include "Allocators.h"

#include "CallNotes.h"
#include "Diagnostics.h"
#include "Insertion.h"
#include "SiteTable.h"
#include "SourceNames.h"

#include "llvm/IR/DebugInfoMetadata.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/Instructions.h"

using namespace llvm;

namespace memscope {

using Kind = AllocatorAnnotation::Kind;

namespace {

/// An annotation that fits its function. Arguments count from 0 and are those of the IR.
struct Allocator {
  Function *F;
  Kind Does;
  AllocationFunction Row;
  int Align = -1, Block = -1;
};

/// Turns positions in the source into arguments of the function, and says what does not fit.
class Fitting {
public:
  Fitting(Function &F, const AllocatorAnnotation &Given) : F(F), Given(Given) {}

  std::optional<Allocator> fit();

private:
  int argument(StringRef Key, unsigned Position, bool IsPointer);
  bool fitAllocation(Allocator &Result);
  bool fitRelease(Allocator &Result);
  int onlyArgument(bool IsPointer) const;
  bool complain(const Twine &Complaint) const;
  StringRef keyword() const;

  Function &F;
  const AllocatorAnnotation &Given;
};

} // namespace

StringRef Fitting::keyword() const {
  switch (Given.Does) {
  case Kind::Alloc:
    return "memscope_alloc";
  case Kind::Free:
    return "memscope_free";
  case Kind::Realloc:
    return "memscope_realloc";
  }
  llvm_unreachable("all kinds are named");
}

bool Fitting::complain(const Twine &Complaint) const {
  warn(F, Given.Place.File, Given.Place.Line, keyword() + ": " + Complaint);
  return false;
}

// A result that is returned through memory comes first, and is no parameter of the source.
static unsigned hiddenArguments(const Function &F) { return F.arg_size() > 0 && F.getArg(0)->hasStructRetAttr(); }

static bool isOfKind(const Argument &A, bool IsPointer) {
  return IsPointer ? A.getType()->isPointerTy() : A.getType()->isIntegerTy();
}

// The argument at a position; -1 where none is given, -2 where it does not fit.
int Fitting::argument(StringRef Key, unsigned Position, bool IsPointer) {
  if (Position == 0)
    return -1;
  unsigned Index = hiddenArguments(F) + Position - 1;
  if (Index < F.arg_size() && isOfKind(*F.getArg(Index), IsPointer))
    return static_cast<int>(Index);
  complain("parameter " + Twine(Position) + " of '" + functionName(F) + "' is not " +
           (IsPointer ? "a pointer" : "an integer") + ", as " + Key + " needs");
  return -2;
}

int Fitting::onlyArgument(bool IsPointer) const {
  int Found = -1;
  for (const Argument &A : F.args())
    if (!A.hasStructRetAttr() && isOfKind(A, IsPointer)) {
      if (Found >= 0)
        return -1;
      Found = static_cast<int>(A.getArgNo());
    }
  return Found;
}

bool Fitting::fitAllocation(Allocator &Result) {
  int Size = argument("size", Given.Size, false), Count = argument("count", Given.Count, false);
  Result.Align = argument("align", Given.Align, false);
  Result.Row.Out = argument("out", Given.Out, true);
  if (Size == -2 || Count == -2 || Result.Align == -2 || Result.Row.Out == -2)
    return false;
  if (Size == -1)
    Size = onlyArgument(false);
  if (Size == -1)
    return complain("'" + functionName(F) + "' does not have exactly one integer parameter; say size=");
  Result.Row.Sizes.push_back(static_cast<unsigned>(Size));
  if (Count >= 0)
    Result.Row.Sizes.push_back(static_cast<unsigned>(Count));
  if (Result.Row.Out == -1 && !F.getReturnType()->isPointerTy())
    return complain("'" + functionName(F) + "' does not return a pointer; say out=");
  return true;
}

bool Fitting::fitRelease(Allocator &Result) {
  Result.Block = argument("block", Given.Block, true);
  if (Result.Block == -2)
    return false;
  if (Result.Block == -1)
    Result.Block = onlyArgument(true);
  return Result.Block >= 0 ||
         complain("'" + functionName(F) + "' does not have exactly one pointer parameter; say block=");
}

// Structs that are passed by value can be several arguments.
static bool hasSourceParameters(const Function &F) {
  const DISubprogram *Subprogram = F.getSubprogram();
  const DISubroutineType *Type = Subprogram ? Subprogram->getType() : nullptr;
  DITypeRefArray Types = Type ? Type->getTypeArray() : DITypeRefArray();
  unsigned Count = Types.size();
  if (Count > 1 && !Types[Count - 1]) // "..." is a parameter without a type
    --Count;
  return Count == 0 || Count - 1 == F.arg_size() - hiddenArguments(F);
}

std::optional<Allocator> Fitting::fit() {
  Allocator Result{&F, Given.Does, {}};
  std::string Name = functionName(F);
  Result.Row.Name = calledName(F);
  Result.Row.Family = "CUSTOM";
  if (!hasSourceParameters(F)) {
    complain("'" + Name + "' takes a struct by value, which makes its positions uncertain");
    return std::nullopt;
  }
  if (Given.Does != Kind::Free && !fitAllocation(Result))
    return std::nullopt;
  if (Given.Does != Kind::Alloc && !fitRelease(Result))
    return std::nullopt;
  return Result;
}

// ---- hooks ----

// An argument as a size_t.
static Value *sizeFrom(IRBuilder<> &B, Value *V, bool IsSigned, const RuntimeAbi &Abi) {
  return IsSigned ? B.CreateSExtOrTrunc(V, Abi.sizeType()) : B.CreateZExtOrTrunc(V, Abi.sizeType());
}

namespace {

/// Hooks around one call, or around the body of one function: \p Argument gives the arguments either way.
struct Surrounding {
  const Allocator &A;
  function_ref<Value *(unsigned)> Argument;
  Constant *Site;
  RuntimeAbi &Abi;
  bool KeepsFrame = false; ///< the hooks are in a body that is in no other function's frame

  Value *size(IRBuilder<> &B, unsigned Index) const {
    return sizeFrom(B, Argument(Index), A.F->getArg(Index)->hasSExtAttr(), Abi);
  }

  Value *begin(IRBuilder<> &B) const {
    Value *Frame = frameAddress(B, Abi);
    // Just above its frame: an exception that arrives in the body has not left it.
    if (KeepsFrame)
      Frame = B.CreateConstGEP1_32(B.getInt8Ty(), Frame, 1);
    Value *Token = Abi.callHook(B, Hook::call_begin, {Frame});
    if (A.Does == Kind::Free)
      Abi.callHook(B, Hook::custom_free, {Argument(static_cast<unsigned>(A.Block)), Token, Site});
    else if (A.Does == Kind::Realloc)
      Abi.callHook(B, Hook::custom_realloc_begin, {Argument(static_cast<unsigned>(A.Block)), Token});
    return Token;
  }

  void end(IRBuilder<> &B, Value *Token, Value *Result) const {
    if (A.Does == Kind::Free) {
      Abi.callHook(B, Hook::call_end, {Token});
      return;
    }
    Value *Size = size(B, A.Row.Sizes[0]);
    if (A.Row.Sizes.size() > 1)
      Size = B.CreateMul(Size, size(B, A.Row.Sizes[1]));
    Value *Block = A.Row.Out >= 0 ? blockAt(B, Result) : Result;
    if (A.Does == Kind::Realloc) {
      Abi.callHook(B, Hook::custom_realloc, {Block, Size, Token, Site});
      return;
    }
    Value *Align = A.Align >= 0 ? size(B, static_cast<unsigned>(A.Align)) : ConstantInt::get(Abi.sizeType(), 0);
    Abi.callHook(B, Hook::custom_alloc, {Block, Size, Align, Token, Site});
  }

private:
  // The block's address, read from where the function has put it if it says that it did: a bool by true, a number by 0.
  // Only then: a function that failed may have been given no place.
  Value *blockAt(IRBuilder<> &B, Value *Result) const {
    Type *Pointer = Abi.pointerType();
    Value *Place = B.CreatePointerCast(Argument(static_cast<unsigned>(A.Row.Out)), Pointer->getPointerTo());
    Value *Stored = B.CreateIsNotNull(Place);
    if (Result && Result->getType()->isIntegerTy(1))
      Stored = B.CreateAnd(Stored, Result);
    else if (Result && Result->getType()->isIntegerTy())
      Stored = B.CreateAnd(Stored, B.CreateIsNull(Result));
    Value *Nothing = B.CreatePointerCast(Abi.nullPlace(), Place->getType());
    return B.CreateLoad(Pointer, B.CreateSelect(Stored, Place, Nothing));
  }
};

} // namespace

static SmallVector<CallBase *, 16> callsOf(Function &F, const SmallPtrSetImpl<const Function *> &Resolvers) {
  SmallVector<CallBase *, 16> Calls;
  SmallVector<Value *, 4> Callees = {&F};
  while (!Callees.empty()) {
    Value *Callee = Callees.pop_back_val();
    for (User *U : Callee->users()) {
      auto *Call = dyn_cast<CallBase>(U);
      if (auto *Cast = dyn_cast<ConstantExpr>(U); Cast && Cast->isCast())
        Callees.push_back(Cast);
      else if (Call && Call->getCalledOperand() == Callee && Call->getFunctionType() == F.getFunctionType() &&
               !Call->isMustTailCall() && !isOwnFunction(*Call->getFunction()) && !isa<CallBrInst>(Call) &&
               !Resolvers.contains(Call->getFunction()))
        Calls.push_back(Call);
    }
  }
  return Calls;
}

static void surroundCall(const Allocator &A, CallBase &Call, SiteTable &Sites, AllocatedTypes &Types, RuntimeAbi &Abi) {
  Candidate Found{&Call, A.F, &A.Row, Call.getFunctionType()};
  Constant *Site = Sites.siteOf(Found, findNote(Found, Types));
  auto Argument = [&Call](unsigned I) { return Call.getArgOperand(I); };
  Surrounding Hooks{A, Argument, Site, Abi};
  IRBuilder<> B(Call.getContext());
  insertBefore(B, &Call);
  Value *Token = Hooks.begin(B);
  insertBehind(B, Call);
  Hooks.end(B, Token, Call.getType()->isVoidTy() ? nullptr : &Call);
}

// Why the body cannot have hooks; "" where it can.
static StringRef obstacle(const Allocator &A, ArrayRef<Instruction *> Exits) {
  if (A.F->hasFnAttribute(Attribute::Naked))
    return "is naked";
  if (isCoroutine(*A.F))
    return "is a coroutine";
  if (A.Does != Kind::Free && any_of(Exits, [](Instruction *Exit) { return isa<CallInst>(Exit); }))
    return "ends in a call that must be a tail call";
  return "";
}

// The function is not inlined: an exception that it catches itself does not leave it, as its frame shows.
static bool surroundBody(const Allocator &A, const SourcePlace &Place, SiteTable &Sites, RuntimeAbi &Abi) {
  Function &F = *A.F;
  if (F.isDeclarationForLinker())
    return false;
  SmallVector<Instruction *, 4> Exits = exitsOf(F);
  if (StringRef Obstacle = obstacle(A, Exits); !Obstacle.empty()) {
    warn(F, Place.File, Place.Line, "only calls in this file are recorded: '" + A.Row.Name + "' " + Obstacle);
    return false;
  }
  bool IsInlined = F.hasFnAttribute(Attribute::AlwaysInline);
  if (!IsInlined)
    F.addFnAttr(Attribute::NoInline);
  F.removeFnAttr(Attribute::InlineHint);
  auto Argument = [&F](unsigned I) { return F.getArg(I); };
  Surrounding Hooks{A, Argument, Sites.siteOfFunction(F, A.Row), Abi, !IsInlined};
  IRBuilder<> B(F.getContext());
  insertWithoutLine(B, entryOf(F));
  Value *Token = Hooks.begin(B);
  for (Instruction *Exit : Exits) {
    insertBefore(B, Exit);
    auto *Return = dyn_cast<ReturnInst>(Exit);
    Hooks.end(B, Token, Return ? Return->getReturnValue() : nullptr);
  }
  F.setAttributes(Abi.withoutPromises(F.getAttributes(), F.arg_size()));
  return true;
}

unsigned insertAllocatorHooks(const Module &M, const Annotations &Given, AllocatedTypes &Types, RuntimeAbi &Abi) {
  SmallPtrSet<const Function *, 8> Resolvers = resolversOf(M);
  SiteTable Sites(Abi);
  unsigned Count = 0;
  for (const auto &[F, Annotation] : Given.Allocators) {
    std::optional<Allocator> A = Fitting(*F, Annotation).fit();
    if (!A)
      continue;
    // The calls first: those that the body's hooks make are not the program's.
    for (CallBase *Call : callsOf(*F, Resolvers)) {
      surroundCall(*A, *Call, Sites, Types, Abi);
      ++Count;
    }
    if (!Resolvers.contains(F))
      Count += surroundBody(*A, Annotation.Place, Sites, Abi);
  }
  return Count;
}

} // namespace memscope
