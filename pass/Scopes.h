// SPDX-License-Identifier: Apache-2.0
//
// Hooks by which the runtime knows what a thread is inside of. Enter and exit are set around annotated functions in the
// first visit, while these functions still are what the source says; a scope is left by a return, so exceptions and
// longjmp skip the exit. The runtime recognises scopes left that way by their frame address, for which each annotated
// function must keep a frame of its own, and is told wherever control can arrive from skipped frames.

#ifndef MEMSCOPE_PASS_SCOPES_H
#define MEMSCOPE_PASS_SCOPES_H

#include "Annotations.h"
#include "RuntimeAbi.h"

namespace memscope {

/// Puts hooks around the annotated functions: thread hooks where it has the type of a start routine, scope hooks
/// elsewhere. Functions that cannot be scopes are left alone, with a warning where they are marked: coroutines
/// (they return when they suspend), naked functions, ifunc resolvers.
/// @return the number of functions that got hooks
unsigned insertScopeHooks(llvm::Module &M, const ScopeMap &Scopes, RuntimeAbi &Abi);

/// Makes the descriptor of what is annotated: \p Name is the function's or the variable's as reports show it;
/// \p IsShared: several objects may hold the function.
llvm::Constant *addScope(const ScopeAnnotation &Given, llvm::StringRef Symbol, llvm::StringRef Name,
                         const SourcePlace &Place, bool IsShared, RuntimeAbi &Abi);

/// Inserts a scope_unwound hook at every landing pad and behind every call that returns twice. In the second visit, so
/// that only what optimisation leaves of the exceptional paths is touched, and nothing of it is kept alive.
/// @return the number of hooks
unsigned insertUnwindHooks(llvm::Module &M, RuntimeAbi &Abi);

} // namespace memscope

#endif
