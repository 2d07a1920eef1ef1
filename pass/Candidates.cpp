// SPDX-License-Identifier: Apache-2.0
//
// One walk over the instructions. The callee is looked up through casts: with typed pointers (LLVM 14) a call with a
// type of its own calls a cast of the function, and such a call deserves the warning about its type. Functions that are
// defined for inlining only (available_externally) count as coming from outside: the linker takes them from there.

#include "Candidates.h"

#include "FrequentBlocks.h"
#include "Insertion.h"

#include "llvm/IR/InstIterator.h"
#include "llvm/IR/Instructions.h"

using namespace llvm;

namespace memscope {

static bool movesArguments(const AttributeList &Attributes, unsigned ParameterCount) {
  for (unsigned I = 0; I != ParameterCount; ++I)
    for (Attribute::AttrKind Kind :
         {Attribute::ByVal, Attribute::InAlloca, Attribute::InReg, Attribute::Nest, Attribute::Preallocated,
          Attribute::StructRet, Attribute::SwiftAsync, Attribute::SwiftError, Attribute::SwiftSelf})
      if (Attributes.hasParamAttr(I, Kind))
        return true;
  return false;
}

bool isDeclaredAsInC(const Function &F) {
  return F.getCallingConv() == CallingConv::C && F.getAddressSpace() == 0 &&
         !movesArguments(F.getAttributes(), static_cast<unsigned>(F.arg_size()));
}

static bool isCalledAsInC(const CallBase &Call) {
  return Call.getCallingConv() == CallingConv::C && Call.getCalledOperand()->getType()->getPointerAddressSpace() == 0 &&
         !movesArguments(Call.getAttributes(), Call.arg_size());
}

// The type by the arguments that are there: without a prototype (K&R) the call's own type is variadic and declares
// none.
static FunctionType *typeByArguments(const CallBase &Call, const AllocationFunction &Row) {
  if (!Call.getFunctionType()->isVarArg())
    return Call.getFunctionType();
  bool HasDots = Row.isVariadic() || Row.hasOptionalPointer();
  size_t Declared = HasDots ? std::min<size_t>(Call.arg_size(), Row.declaredArguments()) : Call.arg_size();
  SmallVector<Type *, 8> Types;
  for (size_t I = 0; I != Declared; ++I)
    Types.push_back(Call.getArgOperand(static_cast<unsigned>(I))->getType());
  return FunctionType::get(Call.getType(), Types, HasDots);
}

// What stands behind the declared arguments: nothing, one pointer, or whatever the function reads.
static bool hasKnownDots(const CallBase &Call, const FunctionType &Type, const AllocationFunction &Row) {
  unsigned Declared = Type.getNumParams();
  return Row.isVariadic() || Call.arg_size() == Declared ||
         (Row.hasOptionalPointer() && Call.arg_size() == Declared + 1 &&
          Call.getArgOperand(Declared)->getType()->isPointerTy());
}

// A call that hands on its caller's variadic arguments can only be a tail call.
static bool isRewritable(const CallBase &Call) {
  return !isa<CallBrInst>(Call) && !(Call.isMustTailCall() && Call.getFunctionType()->isVarArg());
}

Candidates findCandidates(Module &M, const RuntimeAbi &Abi) {
  SmallPtrSet<const Function *, 8> Resolvers = resolversOf(M);
  Candidates Result;
  for (Function &F : M) {
    if (isOwnFunction(F) || F.hasFnAttribute(Attribute::Naked) || Resolvers.contains(&F))
      continue;
    for (Instruction &I : instructions(F)) {
      auto *Call = dyn_cast<CallBase>(&I);
      auto *Callee = Call ? dyn_cast<Function>(Call->getCalledOperand()->stripPointerCasts()) : nullptr;
      if (!Callee || !Callee->isDeclarationForLinker() || !isRewritable(*Call))
        continue;
      if (const AllocationFunction *Row = findAllocationFunction(Callee->getName())) {
        FunctionType *Type = typeByArguments(*Call, *Row);
        bool Typed = Abi.matches(Row->Signature, *Type) && hasKnownDots(*Call, *Type, *Row) &&
                     isDeclaredAsInC(*Callee) && isCalledAsInC(*Call);
        (Typed ? Result.Calls : Result.Mistyped).push_back({Call, Callee, Row, Type});
      }
    }
  }
  return Result;
}

void markFrequent(MutableArrayRef<Candidate> Calls) {
  const Function *Known = nullptr;
  BlockSet Frequent;
  for (Candidate &Candidate : Calls) {
    const BasicBlock *Block = Candidate.Call->getParent();
    const Function *F = Block->getParent();
    if (F->hasOptNone() || F->hasMinSize())
      continue;
    if (F != Known)
      Frequent = frequentBlocks(*F);
    Known = F;
    Candidate.IsFrequent = Frequent.contains(Block);
  }
}

} // namespace memscope
