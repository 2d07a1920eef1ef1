// SPDX-License-Identifier: Apache-2.0
//
// Values are followed through casts and choices. A variable is followed only if all its uses are loads and stores, so
// that nobody else changes it, and only to the loads that the store in question reaches. Each search is bounded: a
// function may have any number of allocations, and each of them pays for its own uses only.

#include "BlockUses.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/Demangle/Demangle.h"
#include "llvm/IR/IntrinsicInst.h"

using namespace llvm;

namespace memscope {

static constexpr unsigned MostUses = 256;     // of a block
static constexpr unsigned MostAccesses = 128; // of a variable
static constexpr unsigned MostBlocks = 256;   // of the control flow

// ---- what a variable's value reaches ----

namespace {

/// The loads and stores of a variable that is used for nothing else.
struct Accesses {
  bool AreAll = false; ///< they are the only uses
  SmallVector<const Instruction *, 8> List;
};

} // namespace

static Accesses accessesOf(const AllocaInst &Variable, const Instruction &Known) {
  Accesses Found;
  SmallVector<const Value *, 4> Addresses = {&Variable};
  unsigned Count = 0;
  while (!Addresses.empty())
    for (const Use &U : Addresses.pop_back_val()->uses()) {
      const auto *User = dyn_cast<Instruction>(U.getUser());
      if (!User || ++Count > MostAccesses)
        return Found;
      const auto *Store = dyn_cast<StoreInst>(User);
      if (isa<BitCastInst>(User))
        Addresses.push_back(User);
      else if (isa<LoadInst>(User) || User == &Known || (Store && U.getOperandNo() == 1))
        Found.List.push_back(User);
      else if (!User->isLifetimeStartOrEnd())
        return Found;
    }
  Found.AreAll = true;
  return Found;
}

// The loads that may see what \p At puts into the variable; false if there are too many ways to go.
static bool reachedLoads(const Accesses &All, const Instruction &At, SmallVectorImpl<const Value *> &Loads) {
  DenseMap<const BasicBlock *, SmallVector<const Instruction *, 4>> ByBlock;
  for (const Instruction *Access : All.List)
    ByBlock[Access->getParent()].push_back(Access);
  for (auto &Entry : ByBlock)
    llvm::sort(Entry.second, [](const Instruction *A, const Instruction *B) { return A->comesBefore(B); });

  // Returns whether the end of the block is reached.
  auto Walk = [&](const BasicBlock &Block, const Instruction *After) {
    auto InBlock = ByBlock.find(&Block);
    if (InBlock == ByBlock.end())
      return true;
    for (const Instruction *Access : InBlock->second) {
      if (After && (Access == After || Access->comesBefore(After)))
        continue;
      if (!isa<LoadInst>(Access))
        return false; // overwritten
      Loads.push_back(Access);
    }
    return true;
  };
  SmallPtrSet<const BasicBlock *, 32> Visited;
  SmallVector<const BasicBlock *, 16> Blocks;
  if (Walk(*At.getParent(), &At))
    append_range(Blocks, successors(At.getParent()));
  while (!Blocks.empty()) {
    const BasicBlock *Block = Blocks.pop_back_val();
    if (!Visited.insert(Block).second)
      continue;
    if (Visited.size() > MostBlocks)
      return false;
    if (Walk(*Block, nullptr))
      append_range(Blocks, successors(Block));
  }
  return true;
}

// ---- the search ----

BlockUses::BlockUses(const Candidate &Candidate, Places &Places, DebugTypes &Types)
    : Origin(Candidate), PlacesOfModule(Places), Types(Types) {
  int Out = Candidate.Row->outArgument();
  if (Out < 0) {
    Pending.push_back(Candidate.Call);
    followValues();
    return;
  }
  const Value &Address = *Candidate.Call->getArgOperand(static_cast<unsigned>(Out));
  if (Place Target = Places.pointerAt(Address))
    receive(Target, pointee(Target.Type), *Candidate.Call);
  if (const auto *Variable = dyn_cast<AllocaInst>(&withoutCasts(Address)))
    Variables.push_back({Variable, Candidate.Call});
}

void BlockUses::followVariables() {
  IsDirect = false;
  while (!Variables.empty()) {
    auto [Variable, At] = Variables.pop_back_val();
    followVariable(*Variable, *At);
    followValues();
  }
}

void BlockUses::followVariable(const AllocaInst &Variable, const Instruction &At) {
  Accesses All = accessesOf(Variable, At);
  if (!All.AreAll || !reachedLoads(All, At, Pending))
    IsWhole = false;
}

void BlockUses::followValues() {
  while (!Pending.empty()) {
    const Value *V = Pending.pop_back_val();
    if (!Seen.insert(V).second)
      continue;
    if (Seen.size() > MostUses || V->hasNUsesOrMore(MostUses)) {
      IsWhole = false;
      continue;
    }
    for (const Use &U : V->uses())
      visit(U);
  }
}

// The elements of a new[] lie behind their number.
static bool isBehindNumber(const GEPOperator &Step, const Candidate &Origin) {
  return Origin.Row->isNewArray() && Step.getSourceElementType()->isIntegerTy(8) && Step.getNumIndices() == 1 &&
         Step.hasAllConstantIndices();
}

void BlockUses::visit(const Use &U) {
  const User *User = U.getUser();
  if (const auto *Store = dyn_cast<StoreInst>(User)) {
    if (U.getOperandNo() == 0)
      visitStore(*Store);
  } else if (const auto *Return = dyn_cast<ReturnInst>(User)) {
    if (const DIType *Type = pointee(resultType(*Return->getFunction())))
      Returned.push_back(Type);
  } else if (isa<BitCastInst, PtrToIntInst, IntToPtrInst, PHINode, SelectInst>(User)) {
    Pending.push_back(User);
  } else if (const auto *Step = dyn_cast<GEPOperator>(User)) {
    auto *Struct = dyn_cast<StructType>(Step->getSourceElementType());
    if (isBehindNumber(*Step, Origin))
      Pending.push_back(User);
    else if (Struct && U.getOperandNo() == 0)
      Accessed.push_back(Types.recordOf(*Struct));
  } else if (const auto *Call = dyn_cast<CallBase>(User)) {
    visitCall(*Call, U);
  }
}

void BlockUses::visitCall(const CallBase &Call, const Use &U) {
  const Function *Callee = Call.getCalledFunction();
  const DISubprogram *Subprogram = Callee ? Callee->getSubprogram() : nullptr;
  const DISubroutineType *Type = Subprogram ? Subprogram->getType() : nullptr;
  if (!Type || !Call.isArgOperand(&U))
    return;
  unsigned Argument = Call.getArgOperandNo(&U);
  // With a struct by value, arguments and parameters need not be one to one.
  DITypeRefArray Signature = Type->getTypeArray();
  const DIType *Parameter = Signature.size() == Call.arg_size() + 1 ? Signature[Argument + 1] : nullptr;
  // The function that is called for an object may be one of its base class.
  const DIType *Target = Parameter && !Parameter->isArtificial() ? pointee(Parameter) : nullptr;
  if (Place Owner = Argument > 0 ? PlacesOfModule.smartPointerOf(Call) : Place())
    receive(Owner, Target, Call);
  else if (Target)
    Passed.push_back(Target);
}

// The function's return value, which clang keeps in memory until the end.
static bool isReturnSlot(const AllocaInst &Variable) {
  unsigned Count = 0;
  for (const User *U : Variable.users()) {
    if (++Count > MostAccesses)
      return false;
    if (isa<LoadInst>(U) && any_of(U->users(), [](const User *V) { return isa<ReturnInst>(V); }))
      return true;
  }
  return false;
}

void BlockUses::visitStore(const StoreInst &Store) {
  const Value &Address = withoutCasts(*Store.getPointerOperand());
  const auto *Variable = dyn_cast<AllocaInst>(&Address);
  // An integer, or a union whose member is not certain, takes the block as a whole.
  Place Target = PlacesOfModule.pointerAt(Address);
  if (!Target)
    Target = PlacesOfModule.variableAt(Address);
  const DIType *Type = pointee(Target.Type);
  if (Target) {
    receive(Target, Type, Store);
    if (Variable && (IsDirect || !Type))
      Variables.push_back({Variable, &Store});
  } else if (const auto *Global = dyn_cast<GlobalVariable>(&Address)) {
    // Of one that another file defines, only the name is known.
    if (!Global->getName().contains('.'))
      receive({demangle(Global->getName().str()), nullptr, true}, nullptr, Store);
  } else if (Variable && isReturnSlot(*Variable)) {
    if (const DIType *Result = pointee(resultType(*Store.getFunction())))
      Returned.push_back(Result);
  } else if (Variable) {
    followVariable(*Variable, Store); // a value in between, as of a statement expression
  }
}

static bool isBefore(const Instruction &A, const Instruction *B) {
  return !B || (A.getParent() == B->getParent() && A.comesBefore(B));
}

void BlockUses::receive(const Place &Target, const DIType *Type, const Instruction &At) {
  if (Type)
    Stored.push_back(Type);
  // The list of uses has no order, so the first one is not the first in the source.
  if (IsDirect && isBefore(At, ReceivedAt)) {
    Receiver = Target;
    ReceivedAt = &At;
  }
  if (IsDirect && Type && isBefore(At, DeclaredAt)) {
    Declared = Type;
    DeclaredAt = &At;
  }
}

} // namespace memscope
