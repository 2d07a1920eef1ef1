// SPDX-License-Identifier: Apache-2.0
//
//     pthread_t t __attribute__((annotate("memscope_track")));
//
//     call void @__memscope_thread_into(ptr @scope, ptr %frame, ptr %t)
//     %r = call i32 @__memscope_pthread_create(ptr %t, ptr null, ptr @run, ptr null, ptr @pthread_create)
//     call void @__memscope_scope_exit(ptr @scope, ptr %frame)
//
// clang says which variables are marked in the module's table (globals), by llvm.var.annotation (locals), and by
// llvm.ptr.annotation wherever a field's address is taken. `t = std::thread(run)` creates the thread into a temporary,
// which is moved; so what is moved into an annotated variable is as good as annotated.

#include "ThreadVariables.h"

#include "DebugTypes.h"
#include "Diagnostics.h"
#include "Insertion.h"
#include "Instrumenter.h"
#include "LLVMCompat.h"
#include "Scopes.h"
#include "SourceNames.h"

#include "llvm/ADT/StringSwitch.h"
#include "llvm/Analysis/ValueTracking.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/IntrinsicInst.h"

using namespace llvm;

namespace memscope {

// The name by which debug information knows a variable, for reports.
static std::string variableName(const Value &V) {
  if (const auto *Global = dyn_cast<GlobalVariable>(&V)) {
    SmallVector<DIGlobalVariableExpression *, 1> Descriptions;
    Global->getDebugInfo(Descriptions);
    return Descriptions.empty() ? Global->getName().str() : Descriptions.front()->getVariable()->getName().str();
  }
  if (const DILocalVariable *Variable = declaredVariable(V))
    return Variable->getName().str();
  return V.getName().str();
}

// The field that an llvm.ptr.annotation is about: "Server.thread"; "" where debug information does not tell.
static std::string fieldName(const CallBase &Mark, DebugTypes &Types) {
  const auto *Field = dyn_cast<GEPOperator>(Mark.getArgOperand(0)->stripPointerCasts());
  auto *Struct = Field ? dyn_cast<StructType>(Field->getSourceElementType()) : nullptr;
  const DataLayout &Layout = Mark.getModule()->getDataLayout();
  APInt Offset(Layout.getIndexSizeInBits(0), 0);
  const DICompositeType *Record = Struct ? asRecord(Types.recordOf(*Struct)) : nullptr;
  if (!Record || !Field->accumulateConstantOffset(Layout, Offset))
    return "";
  for (const DINode *Element : Record->getElements())
    if (isPart(Element) && cast<DIDerivedType>(Element)->getOffsetInBits() == Offset.getZExtValue() * 8)
      return (Record->getName() + "." + cast<DIDerivedType>(Element)->getName()).str();
  return "";
}

namespace {

class ThreadVariables {
public:
  ThreadVariables(Module &M, const Annotations &Given, RuntimeAbi &Abi) : M(M), Abi(Abi) {
    for (const auto &[Variable, Annotation] : Given.Variables)
      add(*Variable, variableName(*Variable), Annotation);
  }

  unsigned insertHooks();

private:
  /// What an annotated object is told to the runtime as; nullptr for others.
  Constant *scopeOf(const Value *Address) const { return Scopes.lookup(getUnderlyingObject(Address)); }
  void add(const Value &Object, StringRef Name, const ScopeAnnotation &Given);
  void addMark(const CallBase &Mark, const ScopeAnnotation &Given);
  void warnAboutUnused(const Function &F) const;
  void collect(Function &F);
  void followMove(const CallBase &Call);

  Module &M;
  RuntimeAbi &Abi;
  DebugTypes Types{M};
  DenseMap<const Value *, Constant *> Scopes;
  SmallVector<std::pair<const Value *, SourcePlace>, 4> Locals; ///< of the function at hand
  SmallVector<std::pair<CallBase *, unsigned>, 8> Calls;        ///< and which argument is the address
};

} // namespace

void ThreadVariables::add(const Value &Object, StringRef Name, const ScopeAnnotation &Given) {
  Scopes[&Object] = addScope(Given, Name, Name, Given.Place, false, Abi);
}

// std::thread's and std::jthread's move constructor and assignment.
static bool isMove(StringRef Symbol) {
  return StringSwitch<bool>(Symbol)
      .Cases("_ZNSt6threadaSEOS_", "_ZNSt6threadC1EOS_", "_ZNSt6threadC2EOS_", true)
      .Cases("_ZNSt7jthreadaSEOS_", "_ZNSt7jthreadC1EOS_", "_ZNSt7jthreadC2EOS_", true)
      .Default(false);
}

void ThreadVariables::followMove(const CallBase &Call) {
  const Function *Callee = Call.getCalledFunction();
  if (!Callee || Call.arg_size() < 2 || !isMove(Callee->getName()))
    return;
  const Value *From = getUnderlyingObject(Call.getArgOperand(1));
  Constant *Scope = scopeOf(Call.getArgOperand(0));
  if (Scope && isa<AllocaInst>(From))
    Scopes.try_emplace(From, Scope);
}

void ThreadVariables::addMark(const CallBase &Mark, const ScopeAnnotation &Given) {
  if (cast<IntrinsicInst>(Mark).getIntrinsicID() == Intrinsic::ptr_annotation) {
    std::string Name = fieldName(Mark, Types);
    add(Mark, Name.empty() ? "field of line " + std::to_string(Given.Place.Line) : Name, Given);
    return;
  }
  const Value *Variable = Mark.getArgOperand(0)->stripPointerCasts();
  add(*Variable, variableName(*Variable), Given);
  Locals.push_back({Variable, Given.Place});
}

void ThreadVariables::warnAboutUnused(const Function &F) const {
  for (const auto &[Variable, Place] : Locals) {
    bool Used = any_of(Calls, [V = Variable](const auto &Call) {
      return getUnderlyingObject(Call.first->getArgOperand(Call.second)) == V;
    });
    if (!Used)
      warn(F, Place.File, Place.Line, "memscope_track has no effect on a variable whose address is given to no call");
  }
}

// Marks first, then moves, since a temporary is made before it is moved; then the calls.
void ThreadVariables::collect(Function &F) {
  Locals.clear();
  for (Instruction &I : instructions(F))
    if (auto *Call = dyn_cast<CallBase>(&I))
      if (std::optional<ScopeAnnotation> Given = readVariableAnnotation(*Call))
        addMark(*Call, *Given);
  if (Scopes.empty())
    return;
  for (Instruction &I : instructions(F))
    if (auto *Call = dyn_cast<CallBase>(&I))
      followMove(*Call);
  for (Instruction &I : instructions(F)) {
    auto *Call = dyn_cast<CallBase>(&I);
    if (!Call || isa<IntrinsicInst>(Call) || isa<CallBrInst>(Call) || Call->isMustTailCall() || Call->isInlineAsm())
      continue;
    for (const Use &Argument : Call->args())
      if (Argument->getType()->isPointerTy() && scopeOf(Argument))
        Calls.push_back({Call, Call->getArgOperandNo(&Argument)});
  }
  warnAboutUnused(F);
}

unsigned ThreadVariables::insertHooks() {
  SmallPtrSet<const Function *, 8> Resolvers = resolversOf(M);
  for (Function &F : M)
    if (!F.isDeclaration() && !isOwnFunction(F) && !F.hasFnAttribute(Attribute::Naked) && !Resolvers.contains(&F))
      collect(F);
  IRBuilder<> B(M.getContext());
  for (auto [Call, Index] : Calls) {
    Value *Address = Call->getArgOperand(Index);
    Constant *Scope = scopeOf(Address);
    insertBefore(B, Call);
    Abi.callHook(B, Hook::thread_into, {Scope, frameAddress(B, Abi), Address});
    insertBehind(B, *Call);
    Abi.callHook(B, Hook::scope_exit, {Scope, frameAddress(B, Abi)});
  }
  return static_cast<unsigned>(Calls.size());
}

// std::thread::_State_impl<...>::_M_run(): what libstdc++ calls in the new thread, a template of the program's.
static bool isStdThreadBody(const Function &F) {
  return startsWith(F.getName(), "_ZNSt6thread11_State_implI") && endsWith(F.getName(), "E6_M_runEv") &&
         F.arg_size() == 1 && !F.isDeclarationForLinker();
}

unsigned insertThreadHooks(Module &M, const Annotations &Given, RuntimeAbi &Abi) {
  unsigned Count = ThreadVariables(M, Given, Abi).insertHooks();
  IRBuilder<> B(M.getContext());
  for (Function &F : M)
    if (isStdThreadBody(F)) {
      insertWithoutLine(B, entryOf(F));
      Abi.callHook(B, Hook::std_thread_runs, {F.getArg(0)});
      ++Count;
    }
  return Count;
}

unsigned rewriteCreations(Module &M, RuntimeAbi &Abi) {
  SmallVector<std::pair<Function *, FunctionCallee>, 4> Creators;
  for (Function &F : M)
    if (F.isDeclarationForLinker())
      if (FunctionCallee Entry = Abi.creatorEntry(F))
        Creators.push_back({&F, Entry});

  unsigned Count = 0;
  for (auto [F, Entry] : Creators)
    for (User *U : make_early_inc_range(F->users())) {
      auto *Call = dyn_cast<CallBase>(U);
      if (!Call || Call->getCalledOperand() != F || Call->getFunctionType() != F->getFunctionType() ||
          Call->isMustTailCall() || isa<CallBrInst>(Call) || isOwnFunction(*Call->getFunction()))
        continue;
      replaceCall(*Call, Entry, {Abi.pointer(F)}, Abi);
      ++Count;
    }
  return Count;
}

} // namespace memscope
