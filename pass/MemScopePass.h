// SPDX-License-Identifier: Apache-2.0
//
// The two visits the pass pays to a module. Scopes are marked before any optimisation, while the annotated functions
// exist as written; calls are rewritten after all of it, so that the program makes the allocations it would make
// without MemScope. In between the optimiser works undisturbed. Both visits run at -O0 and before LTO as well.

#ifndef MEMSCOPE_PASS_MEMSCOPEPASS_H
#define MEMSCOPE_PASS_MEMSCOPEPASS_H

#include "llvm/IR/PassManager.h"

namespace memscope {

/// First visit: scope hooks, unwind tables, notes on allocation calls.
struct ScopesPass : llvm::PassInfoMixin<ScopesPass> {
  llvm::PreservedAnalyses run(llvm::Module &M, llvm::ModuleAnalysisManager &);
  static bool isRequired() { return true; } // functions at -O0 are optnone, which skips optional passes
};

/// Second visit: sites, rewritten calls, unwind hooks.
struct CallsPass : llvm::PassInfoMixin<CallsPass> {
  llvm::PreservedAnalyses run(llvm::Module &M, llvm::ModuleAnalysisManager &);
  static bool isRequired() { return true; }
};

} // namespace memscope

#endif
