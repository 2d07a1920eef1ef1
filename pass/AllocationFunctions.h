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

/// A variable of the runtime that can say that a call need not go through its entry; see abi.def.
enum class DirectBy { none, mode, regions };

/// A function that gives out or takes blocks: a row of abi.def, or an allocator of the program.
struct AllocationFunction {
  std::string Name;          ///< as it stands in source code: "malloc", "operator new[]"
  llvm::StringRef Id;        ///< the runtime's entry is called __memscope_<Id>; "" for the program's own
  llvm::StringRef Symbol;    ///< what the linker calls the function
  llvm::StringRef Signature; ///< its type, in the letters of abi.def; "" for the program's own
  llvm::StringRef Family;    ///< who may release the block

  llvm::SmallVector<unsigned, 2> Sizes; ///< arguments whose product is the block's size; none where no argument says it
  int Out = -1;                         ///< argument that says where to put the block's address, -1: it is the result
  bool Text = false;                    ///< the block is a text, whose length is known when it runs
  DirectBy Direct = DirectBy::none;     ///< where its calls may leave the entry out

  const llvm::SmallVector<unsigned, 2> &sizeArguments() const { return Sizes; }
  int outArgument() const { return Out; }
  bool isText() const { return Text; }
  bool isNewArray() const { return Family == "NEW_ARRAY"; }

  /// Returns how many arguments it is declared with, whatever it reads beyond. For a row of abi.def.
  size_t declaredArguments() const { return Signature.size() - 2 - (isVariadic() || hasOptionalPointer()); }
  /// Tells whether only the function itself can read its last arguments, so that no entry can call it.
  bool isVariadic() const { return !Signature.empty() && Signature.back() == 'E'; }
  /// Tells whether it reads one argument more than it is declared with, if there is one.
  bool hasOptionalPointer() const { return !Signature.empty() && Signature.back() == 'Q'; }
};

/// Returns the row for \p Symbol, or nullptr when such calls are not recorded. Symbols of operators new and delete are
/// those of either width of size_t.
const AllocationFunction *findAllocationFunction(llvm::StringRef Symbol);

} // namespace memscope

#endif
