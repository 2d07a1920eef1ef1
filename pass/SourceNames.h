// SPDX-License-Identifier: Apache-2.0
//
// Names for people: functions and files as the source code has them, from debug information and symbols. An empty text
// means that it is not known; nothing here guesses. The texts go into the program's data, so they are the same for
// every build of the same source.

#ifndef MEMSCOPE_PASS_SOURCENAMES_H
#define MEMSCOPE_PASS_SOURCENAMES_H

#include "llvm/IR/DebugInfoMetadata.h"
#include "llvm/IR/Function.h"
#include <string>

namespace memscope {

/// Returns the function's name; C++ functions demangled whole, with parameter types and template arguments.
std::string functionName(const llvm::DISubprogram &Subprogram);

/// The same for a function of the module, which needs no debug information.
std::string functionName(const llvm::Function &F);

/// Returns the path of \p File, absolute unless the compiler was told to make paths relative; "" without a file.
std::string filePath(const llvm::DIFile *File);

} // namespace memscope

#endif
