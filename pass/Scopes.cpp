// SPDX-License-Identifier: Apache-2.0
//
// Frames are named by where their return address is. A hook that inlining moves into another function then names the
// frame it really runs in, which is what the runtime compares. Annotated functions are not inlined, unless the program
// insists (always_inline): such a scope has its caller's frame, and if left by an exception it ends with that frame
// only.

#include "Scopes.h"

#include "Diagnostics.h"
#include "Insertion.h"
#include "SourceNames.h"

#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/IntrinsicInst.h"

using namespace llvm;

namespace memscope {

using FunctionSet = SmallPtrSet<const Function *, 8>;

// A function of the type that pthread_create or thrd_create takes.
static bool canStartThread(const Function &F) {
  const FunctionType &Type = *F.getFunctionType();
  return Type.getNumParams() == 1 && !Type.isVarArg() && Type.getParamType(0)->isPointerTy() &&
         (Type.getReturnType()->isPointerTy() || Type.getReturnType()->isIntegerTy(32));
}

static Constant *makeScope(const Function &F, const ScopeAnnotation &Given, RuntimeAbi &Abi) {
  SourcePlace Place = Given.Place;
  if (const DISubprogram *Subprogram = F.getSubprogram())
    Place = {filePath(Subprogram->getFile()), Subprogram->getLine()};
  return addScope(Given, F.getName(), functionName(F), Place, F.hasComdat(), Abi);
}

static void insertHooks(Function &F, const ScopeAnnotation &Given, RuntimeAbi &Abi) {
  Constant *Scope = makeScope(F, Given, Abi);
  SmallVector<Instruction *, 4> Exits = exitsOf(F);

  IRBuilder<> B(F.getContext());
  insertWithoutLine(B, entryOf(F));
  if (!Given.Ignore && canStartThread(F))
    Abi.callHook(B, Hook::thread_enter, {Scope, frameAddress(B, Abi), &F});
  else
    Abi.callHook(B, Hook::scope_enter, {Scope, frameAddress(B, Abi)});
  for (Instruction *Exit : Exits) {
    insertBefore(B, Exit);
    Abi.callHook(B, Hook::scope_exit, {Scope, frameAddress(B, Abi)});
  }

  if (!Given.MayBeInlined) {
    if (!F.hasFnAttribute(Attribute::AlwaysInline))
      F.addFnAttr(Attribute::NoInline);
    F.removeFnAttr(Attribute::InlineHint);
  }
  F.setAttributes(Abi.withoutPromises(F.getAttributes(), F.arg_size()));
}

// Why a function that is marked cannot be a scope; "" where it can.
static StringRef obstacle(const Function &F, const FunctionSet &Resolvers) {
  if (F.hasFnAttribute(Attribute::Naked))
    return "a naked function";
  if (isCoroutine(F))
    return "a coroutine";
  if (Resolvers.contains(&F))
    return "an ifunc resolver or what it calls, which runs before the program is linked";
  return "";
}

Constant *addScope(const ScopeAnnotation &Given, StringRef Symbol, StringRef Name, const SourcePlace &Place,
                   bool IsShared, RuntimeAbi &Abi) {
  ScopeFields Fields;
  Fields.line = Abi.number(Place.Line);
  Fields.stack_depth = Abi.number(Given.StackDepth);
  Fields.ignore = Abi.number(Given.Ignore);
  Fields.sampling_rate = Abi.real(Given.SamplingRate);
  Fields.name = Abi.text(Given.Name);
  Fields.function = Abi.text(Name);
  Fields.file = Abi.text(Place.File);
  return Abi.pointer(Abi.addScope(Abi.scopeInitializer(Fields), Symbol, IsShared));
}

unsigned insertScopeHooks(Module &M, const ScopeMap &Scopes, RuntimeAbi &Abi) {
  FunctionSet Resolvers = resolversOf(M);
  unsigned Hooked = 0;
  for (const auto &[F, Given] : Scopes) {
    if (isOwnFunction(*F))
      continue;
    StringRef Obstacle = obstacle(*F, Resolvers);
    if (Obstacle.empty()) {
      insertHooks(*F, Given, Abi);
      ++Hooked;
    } else if (Given.Place.Line != 0) { // chosen one by one, not with its file
      StringRef Keyword = Given.Ignore ? "memscope_ignore" : "memscope_track";
      warn(*F, Given.Place.File, Given.Place.Line, Keyword + " has no effect on " + Obstacle);
    }
  }
  return Hooked;
}

static bool returnsTwice(const CallBase &Call) {
  const auto *Builtin = dyn_cast<IntrinsicInst>(&Call);
  return Call.hasFnAttr(Attribute::ReturnsTwice) || (Builtin && Builtin->getIntrinsicID() == Intrinsic::eh_sjlj_setjmp);
}

// The instruction before which control has arrived from elsewhere through \p I, or nullptr if it does not.
static Instruction *findArrival(Instruction &I) {
  if (isa<LandingPadInst>(I))
    return I.getNextNode();
  const auto *Call = dyn_cast<CallBase>(&I);
  if (!Call || !returnsTwice(*Call))
    return nullptr;
  // Others may arrive in the block behind an invoke as well: the hook does nothing where no deeper scope is open.
  if (const auto *Invoke = dyn_cast<InvokeInst>(&I))
    return &*Invoke->getNormalDest()->getFirstInsertionPt();
  return I.getNextNode();
}

unsigned insertUnwindHooks(Module &M, RuntimeAbi &Abi) {
  SmallVector<Instruction *, 16> Arrivals;
  for (Function &F : M)
    if (!F.hasFnAttribute(Attribute::Naked) && !isOwnFunction(F))
      for (Instruction &I : instructions(F))
        if (Instruction *Arrival = findArrival(I))
          Arrivals.push_back(Arrival);

  for (Instruction *Arrival : Arrivals) {
    IRBuilder<> B(M.getContext());
    insertWithoutLine(B, Arrival);
    Abi.callHook(B, Hook::scope_unwound, {frameAddress(B, Abi)});
  }
  return static_cast<unsigned>(Arrivals.size());
}

} // namespace memscope
