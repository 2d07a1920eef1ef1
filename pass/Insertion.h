// SPDX-License-Identifier: Apache-2.0
//
// Where code that belongs to no line of the program goes: at a function's entry and exits, before a call and behind it.
// Nothing here knows what is inserted.

#ifndef MEMSCOPE_PASS_INSERTION_H
#define MEMSCOPE_PASS_INSERTION_H

#include "RuntimeAbi.h"

#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/IR/IRBuilder.h"

namespace memscope {

/// Returns the first instruction behind the allocas, so that these stay one group; nothing before it can allocate.
llvm::Instruction *entryOf(llvm::Function &F);

/// Returns where \p F is left in order: its returns, or the musttail calls that a return has to follow directly.
llvm::SmallVector<llvm::Instruction *, 4> exitsOf(llvm::Function &F);

/// Returns the instruction before which \p Call has returned and nothing else has happened. For an invoke whose normal
/// successor is others' too, the edge gets a block of its own.
llvm::Instruction *behind(llvm::CallBase &Call);

/// Moves the frame's allocas behind \p At before it, so that a block can begin there: in any but the entry block they
/// would make the stack grow each time.
void moveAllocasBefore(llvm::Instruction &At);

/// Sets \p B before \p At, in line 0: calls in a function with debug information must have a location, and in line 0 no
/// debugger stops.
void insertWithoutLine(llvm::IRBuilder<> &B, llvm::Instruction *At);

/// Sets \p B before \p At, with the location of \p At, if it has one.
void insertBefore(llvm::IRBuilder<> &B, llvm::Instruction *At);

/// Sets \p B behind \p Call, with its location.
void insertBehind(llvm::IRBuilder<> &B, llvm::CallBase &Call);

/// Inserts the address that names the frame of the function that \p B is in; see scope_enter in abi.def.
llvm::Value *frameAddress(llvm::IRBuilder<> &B, const RuntimeAbi &Abi);

/// Returns the functions that choose for an ifunc, and what they call. They run while the program is relocated, when
/// thread-local storage may not be there yet.
llvm::SmallPtrSet<const llvm::Function *, 8> resolversOf(const llvm::Module &M);

/// Tells whether \p F is a coroutine, not split yet: it returns each time it suspends.
bool isCoroutine(const llvm::Function &F);

} // namespace memscope

#endif
