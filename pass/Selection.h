// SPDX-License-Identifier: Apache-2.0
//
// Which functions become scopes: those that the source marks, those that the list file names, and in a module that is
// tracked as a whole every function by which a thread can come into it.

#ifndef MEMSCOPE_PASS_SELECTION_H
#define MEMSCOPE_PASS_SELECTION_H

#include "Annotations.h"
#include "Options.h"

namespace memscope {

/// Adds to \p Scopes, the annotated functions of \p M, what the options ask for. An annotation counts more than the
/// list, and the list more than the module. A list that cannot be read is an error of the compilation.
void selectFunctions(llvm::Module &M, const Options &Given, ScopeMap &Scopes);

} // namespace memscope

#endif
