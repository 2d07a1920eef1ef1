// SPDX-License-Identifier: Apache-2.0
//
// The functions whose calls are recorded: the MEMSCOPE_ENTRY rows of abi.def as a table, looked up by linker symbol.
// A function is on the list or it is not: whether a particular call of it is rewritten is for Candidates to say, and
// what its body does is for the runtime to know. To record one more function, add a row to abi.def.

#ifndef MEMSCOPE_PASS_ALLOCATIONFUNCTIONS_H
#define MEMSCOPE_PASS_ALLOCATIONFUNCTIONS_H

#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"
#include <string>

namespace memscope {

/// One row of abi.def. All strings are literals.
struct AllocationFunction {
  llvm::StringRef Id;        ///< the runtime's entry is called __memscope_<Id>
  llvm::StringRef Symbol;    ///< what the linker calls the function
  llvm::StringRef Signature; ///< its type, in the letters of abi.def
  llvm::StringRef Role;      ///< what the arguments mean
  llvm::StringRef Family;    ///< who may release the block

  /// Returns the name as it stands in source code: "malloc", "operator new[]".
  std::string sourceName() const;

  /// Returns the arguments whose product is the block's size; none where the size is not an argument.
  llvm::SmallVector<unsigned, 2> sizeArguments() const;

  /// Returns the argument that says where to put the block's address, or -1 when that is the result.
  int outArgument() const;

  /// Tells whether the block is a text, whose length is known when it runs.
  bool isText() const;

  bool isNewArray() const { return Family == "NEW_ARRAY"; }
};

/// Returns the row for \p Symbol, or nullptr when such calls are not recorded.
const AllocationFunction *findAllocationFunction(llvm::StringRef Symbol);

} // namespace memscope

#endif
