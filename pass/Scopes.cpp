// SPDX-License-Identifier: Apache-2.0
//
// Frames are named by llvm.frameaddress(0). A hook that inlining moves into another function then names the frame it
// really runs in, which is what the runtime compares. Annotated functions are not inlined, unless the program insists
// (always_inline): such a scope has its caller's frame, and if left by an exception it ends with that frame only.

#include "Scopes.h"

#include "Diagnostics.h"
#include "SourceNames.h"

#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/IntrinsicInst.h"

using namespace llvm;

namespace memscope {

using FunctionSet = SmallPtrSet<const Function *, 8>;

// The functions that a start routine's argument may be: itself, or either side of a choice.
static void collectRoutines(const Value *V, FunctionSet &Result, SmallPtrSetImpl<const Value *> &Seen) {
  V = V->stripPointerCasts();
  if (!Seen.insert(V).second)
    return;
  if (const auto *Routine = dyn_cast<Function>(V)) {
    Result.insert(Routine);
  } else if (const auto *Choice = dyn_cast<SelectInst>(V)) {
    collectRoutines(Choice->getTrueValue(), Result, Seen);
    collectRoutines(Choice->getFalseValue(), Result, Seen);
  } else if (const auto *Join = dyn_cast<PHINode>(V)) {
    for (const Value *Incoming : Join->incoming_values())
      collectRoutines(Incoming, Result, Seen);
  }
}

// Functions that the module gives to pthread_create or thrd_create as start routine.
static FunctionSet findStartRoutines(const Module &M) {
  struct {
    StringRef Name;
    unsigned RoutineArgument;
  } const Creators[] = {{"pthread_create", 2}, {"thrd_create", 1}};

  FunctionSet Result;
  for (const auto &Creator : Creators) {
    const Function *F = M.getFunction(Creator.Name);
    if (!F)
      continue;
    for (const User *U : F->users()) {
      const auto *Call = dyn_cast<CallBase>(U);
      if (!Call || Call->getCalledOperand() != F || Call->arg_size() <= Creator.RoutineArgument)
        continue;
      SmallPtrSet<const Value *, 8> Seen;
      collectRoutines(Call->getArgOperand(Creator.RoutineArgument), Result, Seen);
    }
  }
  return Result;
}

static bool isCoroutine(const Function &F) {
  return any_of(instructions(F), [](const Instruction &I) {
    const auto *Call = dyn_cast<IntrinsicInst>(&I);
    return Call && Call->getIntrinsicID() == Intrinsic::coro_id;
  });
}

// Where a scope ends: before each return, and before the musttail call that a return may have to follow directly.
static SmallVector<Instruction *, 4> findExits(Function &F) {
  SmallVector<Instruction *, 4> Exits;
  for (BasicBlock &Block : F) {
    if (CallInst *TailCall = Block.getTerminatingMustTailCall())
      Exits.push_back(TailCall);
    else if (isa<ReturnInst>(Block.getTerminator()))
      Exits.push_back(Block.getTerminator());
  }
  return Exits;
}

// Behind the allocas, so that they stay one group; nothing before them can allocate.
static Instruction *findEntry(Function &F) {
  Instruction *I = &F.getEntryBlock().front();
  while (isa<AllocaInst>(I))
    I = I->getNextNode();
  return I;
}

// Hooks belong to no line of the program, but calls in a function with debug information must have a location. Line 0
// also keeps debuggers from stopping in front of the hook for a breakpoint on the function.
static void setHookLocation(IRBuilder<> &B, const Function &F) {
  if (DISubprogram *Subprogram = F.getSubprogram())
    B.SetCurrentDebugLocation(DILocation::get(F.getContext(), 0, 0, Subprogram));
}

static Value *frameAddress(IRBuilder<> &B, const RuntimeAbi &Abi) {
  return B.CreateIntrinsic(Intrinsic::frameaddress, {Abi.pointerType()}, {B.getInt32(0)});
}

static Constant *makeScope(const Function &F, const Annotation &Given, RuntimeAbi &Abi) {
  const DISubprogram *Subprogram = F.getSubprogram();
  ScopeFields Fields;
  Fields.line = Abi.number(Subprogram ? Subprogram->getLine() : Given.Line);
  Fields.stack_depth = Abi.number(Given.StackDepth);
  Fields.sampling_rate = Abi.real(Given.SamplingRate);
  Fields.name = Abi.text(Given.Name);
  Fields.function = Abi.text(functionName(F));
  Fields.file = Abi.text(Subprogram ? filePath(Subprogram->getFile()) : Given.File);
  return Abi.pointer(Abi.addScope(Abi.scopeInitializer(Fields), F.getName()));
}

static void insertHooks(Function &F, const Annotation &Given, bool StartsThread, RuntimeAbi &Abi) {
  Constant *Scope = makeScope(F, Given, Abi);
  SmallVector<Instruction *, 4> Exits = findExits(F);

  IRBuilder<> B(findEntry(F));
  setHookLocation(B, F);
  if (StartsThread) {
    Value *Return = B.CreateIntrinsic(Intrinsic::returnaddress, {}, {B.getInt32(0)});
    Abi.callHook(B, Hook::thread_enter, {Scope, frameAddress(B, Abi), Return});
  } else {
    Abi.callHook(B, Hook::scope_enter, {Scope, frameAddress(B, Abi)});
  }
  for (Instruction *Exit : Exits) {
    B.SetInsertPoint(Exit);
    if (!Exit->getDebugLoc())
      setHookLocation(B, F);
    Abi.callHook(B, StartsThread ? Hook::thread_exit : Hook::scope_exit, {Scope, frameAddress(B, Abi)});
  }

  if (!F.hasFnAttribute(Attribute::AlwaysInline))
    F.addFnAttr(Attribute::NoInline);
  F.removeFnAttr(Attribute::InlineHint);
  F.setAttributes(Abi.withoutPromises(F.getAttributes(), F.arg_size()));
}

unsigned insertScopeHooks(Module &M, const AnnotationMap &Annotations, RuntimeAbi &Abi) {
  FunctionSet StartRoutines = findStartRoutines(M);
  unsigned Hooked = 0;
  for (const auto &[F, Given] : Annotations) {
    if (F->hasFnAttribute(Attribute::Naked) || isOwnFunction(*F))
      continue;
    if (isCoroutine(*F)) {
      warn(*F, Given.File, Given.Line, "memscope_track has no effect on a coroutine");
      continue;
    }
    insertHooks(*F, Given, StartRoutines.contains(F), Abi);
    ++Hooked;
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
    IRBuilder<> B(Arrival);
    setHookLocation(B, *Arrival->getFunction());
    Abi.callHook(B, Hook::scope_unwound, {frameAddress(B, Abi)});
  }
  return static_cast<unsigned>(Arrivals.size());
}

} // namespace memscope
