// SPDX-License-Identifier: Apache-2.0
//
// The order of steps in each visit: collect, then change. A module is marked as visited, since the pipeline may run
// again over it (LTO, bitcode given to clang) and hooks must not be doubled. Builds with assertions verify the module
// after each visit.

#include "MemScopePass.h"

#include "Allocators.h"
#include "Annotations.h"
#include "CallNotes.h"
#include "Candidates.h"
#include "Diagnostics.h"
#include "FunctionPointers.h"
#include "Instrumenter.h"
#include "LLVMCompat.h"
#include "RuntimeAbi.h"
#include "Scopes.h"
#include "Selection.h"
#include "SiteTable.h"
#include "ThreadVariables.h"

#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/ADT/Statistic.h"
#include "llvm/IR/Verifier.h"

#define DEBUG_TYPE "memscope"

using namespace llvm;

STATISTIC(NumScopes, "Number of annotated functions that got hooks");
STATISTIC(NumAllocatorHooks, "Number of calls and bodies of own allocators that got hooks");
STATISTIC(NumThreadHooks, "Number of places that got hooks for thread variables");
STATISTIC(NumCalls, "Number of allocation calls rewritten");
STATISTIC(NumMistyped, "Number of allocation calls left alone because of their type");
STATISTIC(NumPointers, "Number of allocation functions whose address was replaced");
STATISTIC(NumUnwindHooks, "Number of unwind hooks");

namespace memscope {

static bool isFirstVisit(Module &M, StringRef Mark) {
  if (M.getNamedMetadata(Mark))
    return false;
  M.getOrInsertNamedMetadata(Mark);
  return true;
}

static void assertValid([[maybe_unused]] const Module &M) {
  assert(!verifyModule(M, &errs()) && "MemScope made an invalid module");
}

// Call stacks are walked by unwind tables, which C code need not have. Not where the program wrote the frame itself.
static void requireUnwindTables(Module &M) {
  for (Function &F : M)
    if (!F.isDeclaration() && !F.hasFnAttribute(Attribute::Naked))
      setUnwindTables(F);
}

PreservedAnalyses ScopesPass::run(Module &M, ModuleAnalysisManager &) {
  if (!isFirstVisit(M, "memscope.scopes"))
    return PreservedAnalyses::all();

  RuntimeAbi Abi(M);
  Annotations Given = readAnnotations(M);
  selectFunctions(M, readOptions(), Given.Scopes);
  AllocatedTypes Types(M);
  for (const Candidate &Candidate : findCandidates(M, Abi).Calls) {
    noteCall(Candidate, Types);
    dropMustTail(Candidate);
  }

  requireUnwindTables(M);
  // A scope's hooks go around all others.
  unsigned AllocatorHooks = insertAllocatorHooks(M, Given, Types, Abi);
  unsigned ThreadHooks = insertThreadHooks(M, Given, Abi);
  unsigned Scopes = insertScopeHooks(M, Given.Scopes, Abi);
  if (AllocatorHooks || ThreadHooks || Scopes)
    Abi.requireRuntimeVersion();

  NumAllocatorHooks += AllocatorHooks;
  NumThreadHooks += ThreadHooks;
  NumScopes += Scopes;
  assertValid(M);
  return PreservedAnalyses::none();
}

// Once a function is enough: the cause is its declaration.
static void warnAboutMistyped(ArrayRef<Candidate> Mistyped) {
  SmallPtrSet<const Function *, 4> Warned;
  for (const Candidate &Candidate : Mistyped)
    if (Warned.insert(Candidate.Callee).second)
      warn(*Candidate.Call,
           "calls of '" + Candidate.Row->Name + "' with a type that is not the standard function's are not recorded");
}

PreservedAnalyses CallsPass::run(Module &M, ModuleAnalysisManager &) {
  if (!isFirstVisit(M, "memscope.calls"))
    return PreservedAnalyses::all();

  RuntimeAbi Abi(M);
  Candidates Found = findCandidates(M, Abi);
  warnAboutMistyped(Found.Mistyped);
  markFrequent(Found.Calls);

  unsigned Pointers = replaceFunctionPointers(M, Abi);
  CallNotes Notes(M);
  SiteTable Sites(Abi);
  for (const Candidate &Candidate : Found.Calls)
    rewriteCall(Candidate, Sites.siteOf(Candidate, Notes.of(*Candidate.Call)), Abi);
  unsigned Creations = rewriteCreations(M, Abi);
  unsigned UnwindHooks = insertUnwindHooks(M, Abi);
  if (!Found.Calls.empty() || Creations || UnwindHooks || Pointers)
    Abi.requireRuntimeVersion();

  NumCalls += static_cast<unsigned>(Found.Calls.size());
  NumMistyped += static_cast<unsigned>(Found.Mistyped.size());
  NumUnwindHooks += UnwindHooks;
  NumPointers += Pointers;
  assertValid(M);
  return PreservedAnalyses::none();
}

} // namespace memscope
