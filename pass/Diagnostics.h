// SPDX-License-Identifier: Apache-2.0
//
// Warnings of the pass, given to the compiler as its own: with file and line, a caret, and subject to -w and -Werror.
// The pass has no other way to talk, and never ends the compilation by itself: what it cannot instrument it leaves as
// it was.

#ifndef MEMSCOPE_PASS_DIAGNOSTICS_H
#define MEMSCOPE_PASS_DIAGNOSTICS_H

#include "llvm/ADT/StringRef.h"
#include "llvm/ADT/Twine.h"
#include "llvm/IR/Function.h"
#include "llvm/IR/Instruction.h"

namespace memscope {

/// Warns about \p F at a place the caller knows without debug information.
void warn(const llvm::Function &F, llvm::StringRef File, unsigned Line, const llvm::Twine &Message);

/// Warns at \p At, with its line if the module has debug information.
void warn(const llvm::Instruction &At, const llvm::Twine &Message);

} // namespace memscope

#endif
