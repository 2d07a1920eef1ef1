// SPDX-License-Identifier: Apache-2.0
//
// A thunk is linkonce_odr with the visibility of the function's own declaration: so, as C asks of a function's address,
// all instrumented objects that share the function share the thunk, and one library's hidden allocator stays its own.
// What cannot be made equal is compared twice: a pointer from a library without the plugin is the real address, so
// `p == free` becomes p == thunk || p == free.
//
// Left alone: functions that may be missing (extern_weak), whose address is tested against null, functions declared
// with another type, and variadic ones, which no thunk can call.

#include "FunctionPointers.h"

#include "AllocationFunctions.h"
#include "Candidates.h"
#include "LLVMCompat.h"

#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/Instructions.h"

using namespace llvm;

namespace memscope {

// Tells whether a constant made of the function's address is what some call calls. (With typed pointers, a call with
// another type calls a cast.)
static bool isCalled(const Constant &Address) {
  return any_of(Address.uses(), [](const Use &U) {
    const auto *Call = dyn_cast<CallBase>(U.getUser());
    if (Call)
      return Call->isCallee(&U);
    const auto *Around = dyn_cast<ConstantExpr>(U.getUser());
    return Around && Around->isCast() && isCalled(*Around);
  });
}

// Tables of the compiler name functions without taking their address.
static bool isCompilersOwn(const Constant &Part) {
  if (const auto *Global = dyn_cast<GlobalVariable>(&Part))
    return startsWith(Global->getName(), "llvm.");
  return any_of(Part.users(), [](const User *U) { return isa<Constant>(U) && isCompilersOwn(*cast<Constant>(U)); });
}

static bool takesAddress(const Use &U) {
  if (const auto *Call = dyn_cast<CallBase>(U.getUser()))
    return !Call->isCallee(&U);
  if (const auto *Part = dyn_cast<Constant>(U.getUser()))
    return !isCompilersOwn(*Part) && !isCalled(*Part);
  return true;
}

// Comparisons for equality with the function, by the function's side.
static SmallVector<std::pair<ICmpInst *, unsigned>, 4> findComparisons(Function &F) {
  SmallVector<std::pair<ICmpInst *, unsigned>, 4> Result;
  SmallVector<Value *, 4> Addresses = {&F};
  while (!Addresses.empty()) {
    Value *Address = Addresses.pop_back_val();
    for (Use &U : Address->uses()) {
      if (auto *Comparison = dyn_cast<ICmpInst>(U.getUser())) {
        if (Comparison->isEquality() && Comparison->getFunction() &&
            !isa<ConstantPointerNull>(Comparison->getOperand(1 - U.getOperandNo())))
          Result.push_back({Comparison, U.getOperandNo()});
      } else if (auto *Cast = dyn_cast<ConstantExpr>(U.getUser())) {
        if (Cast->isCast())
          Addresses.push_back(Cast);
      }
    }
  }
  return Result;
}

// What -fsanitize=cfi-icall and kcfi know a function's type by.
static void copyTypeIdentity(Function &To, const Function &From) {
  for (StringRef Kind : {"type", "kcfi_type"}) {
    SmallVector<MDNode *, 2> Nodes;
    From.getMetadata(Kind, Nodes);
    for (MDNode *Node : Nodes)
      To.addMetadata(Kind, *Node);
  }
}

static Function *makeThunk(Function &Original, const AllocationFunction &Row, RuntimeAbi &Abi) {
  Module &M = *Original.getParent();
  std::string Name = Abi.pointerName(Row);
  auto *Thunk = Function::Create(Abi.functionType(Row.Signature), GlobalValue::LinkOnceODRLinkage, Name, &M);
  Thunk->setVisibility(Original.getVisibility());
  Thunk->setComdat(M.getOrInsertComdat(Name));
  Thunk->setAttributes(Abi.withoutPromises(Original.getAttributes(), Original.arg_size()));
  copyTypeIdentity(*Thunk, Original);
  setUnwindTables(*Thunk);
  return Thunk;
}

static void fillThunk(Function &Thunk, Function &Original, const AllocationFunction &Row, RuntimeAbi &Abi) {
  SiteFields Fields;
  Fields.real = Abi.pointer(&Original);
  Fields.callee = Abi.text(Row.Name);
  Fields.function = Abi.text(Row.Name + " through a pointer");
  Constant *Site = Abi.pointer(Abi.addSite(Abi.siteInitializer(Fields), Thunk, ""));

  SmallVector<Value *, 4> Arguments;
  for (Argument &A : Thunk.args())
    Arguments.push_back(&A);
  Arguments.push_back(Site);
  IRBuilder<> B(BasicBlock::Create(Thunk.getContext(), "", &Thunk));
  CallInst *Call = B.CreateCall(Abi.entry(Row, Original, *Thunk.getFunctionType()), Arguments);
  // Where the back end can, the thunk is off the stack when the runtime looks at it.
  Call->setTailCallKind(CallInst::TCK_Tail);
  if (Thunk.getReturnType()->isVoidTy())
    B.CreateRetVoid();
  else
    B.CreateRet(Call);
}

static void compareWithBoth(ICmpInst &Comparison, unsigned Side, Function &Original) {
  IRBuilder<> B(Comparison.getNextNode());
  B.SetCurrentDebugLocation(Comparison.getDebugLoc());
  Value *Other = Comparison.getOperand(1 - Side);
  Value *Real = ConstantExpr::getPointerCast(&Original, Other->getType()); // an integer, where integers are compared
  Value *Second = B.CreateICmp(Comparison.getPredicate(), Other, Real);
  Value *Both = Comparison.getPredicate() == ICmpInst::ICMP_EQ ? B.CreateOr(Second, &Comparison)
                                                               : B.CreateAnd(Second, &Comparison);
  Comparison.replaceUsesWithIf(Both, [Both](const Use &U) { return U.getUser() != Both; });
}

static bool replaceAddress(Function &F, const AllocationFunction &Row, RuntimeAbi &Abi) {
  if (none_of(F.uses(), takesAddress))
    return false;
  auto Comparisons = findComparisons(F);
  Function *Thunk = makeThunk(F, Row, Abi);
  F.replaceUsesWithIf(ConstantExpr::getBitCast(Thunk, F.getType()), [](Use &U) { return takesAddress(U); });
  for (auto [Comparison, Side] : Comparisons)
    compareWithBoth(*Comparison, Side, F);
  fillThunk(*Thunk, F, Row, Abi);
  return true;
}

// A function without a prototype (K&R) is taken for what its name says.
static bool isDeclaredAs(const Function &F, StringRef Signature, const RuntimeAbi &Abi) {
  bool HasNoPrototype = F.isVarArg() && F.arg_empty();
  return isDeclaredAsInC(F) && (HasNoPrototype ? Abi.functionType(Signature)->getReturnType() == F.getReturnType()
                                               : Abi.matches(Signature, *F.getFunctionType()));
}

unsigned replaceFunctionPointers(Module &M, RuntimeAbi &Abi) {
  SmallVector<std::pair<Function *, const AllocationFunction *>, 8> Known;
  for (Function &F : M)
    if (F.isDeclaration() && !F.hasExternalWeakLinkage())
      if (const AllocationFunction *Row = findAllocationFunction(F.getName()))
        if (!Row->isVariadic() && !Row->hasOptionalPointer() && isDeclaredAs(F, Row->Signature, Abi))
          Known.push_back({&F, Row});
  unsigned Count = 0;
  for (auto [F, Row] : Known)
    Count += replaceAddress(*F, *Row, Abi);
  return Count;
}

} // namespace memscope
