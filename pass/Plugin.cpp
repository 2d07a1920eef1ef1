// SPDX-License-Identifier: Apache-2.0
//
// Entry of the plugin: hangs the two visits into clang's pipeline and names them for opt.
//
//     clang -g -O2 -fpass-plugin=MemScope.so -c app.c
//     opt -load-pass-plugin=MemScope.so -passes=memscope-scopes,memscope-calls
//
// Why these two extension points: PipelineStart comes before the inliner, OptimizerLast behind everything else, and
// both run at every level, and before LTO at compile time, where the plugin is loaded. Why module passes: they add
// globals, and the annotations are a table of the module.

#include "MemScopePass.h"

#include "llvm/Config/llvm-config.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/Passes/PassPlugin.h"

using namespace llvm;

static void registerPasses(PassBuilder &Builder) {
  Builder.registerPipelineStartEPCallback(
      [](ModulePassManager &Passes, auto...) { Passes.addPass(memscope::ScopesPass()); });
  Builder.registerOptimizerLastEPCallback(
      [](ModulePassManager &Passes, auto...) { Passes.addPass(memscope::CallsPass()); });
  Builder.registerPipelineParsingCallback(
      [](StringRef Name, ModulePassManager &Passes, ArrayRef<PassBuilder::PipelineElement>) {
        if (Name == "memscope-scopes")
          Passes.addPass(memscope::ScopesPass());
        else if (Name == "memscope-calls")
          Passes.addPass(memscope::CallsPass());
        else
          return false;
        return true;
      });
}

// Everything else in the plugin is hidden.
extern "C" __attribute__((visibility("default"))) PassPluginLibraryInfo llvmGetPassPluginInfo() {
  return {LLVM_PLUGIN_API_VERSION, "MemScope", LLVM_VERSION_STRING, registerPasses};
}
