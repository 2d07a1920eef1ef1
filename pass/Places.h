// SPDX-License-Identifier: Apache-2.0
//
// What the source calls the storage behind an address: "head", "list.next", "table[]". Read from the IR as clang makes
// it, before optimisation, when variables still are memory and debug information says which. What is not certain (a
// union with several pointers, an address that was computed elsewhere) has no place.

#ifndef MEMSCOPE_PASS_PLACES_H
#define MEMSCOPE_PASS_PLACES_H

#include "llvm/IR/DebugInfoMetadata.h"
#include "llvm/IR/Value.h"
#include <string>

namespace memscope {

/// A variable, a field or an element.
struct Place {
  std::string Label;                  ///< what the source calls it
  const llvm::DIType *Type = nullptr; ///< its declared type; nullptr: nothing is known
  bool IsVariable = false;            ///< Label is the name of a variable and nothing else

  explicit operator bool() const { return Type != nullptr; }
};

/// Returns the innermost scalar at \p Address: for a struct, the member that lies there.
Place placeAt(const llvm::Value &Address);

/// Returns \p Type without typedefs and qualifiers.
const llvm::DIType *withoutNames(const llvm::DIType *Type);

/// Returns what \p Type points or refers to; nullptr when it is no pointer, or one to void.
const llvm::DIType *pointee(const llvm::DIType *Type);

/// Returns the declared type of \p F's result, or nullptr.
const llvm::DIType *resultType(const llvm::Function &F);

} // namespace memscope

#endif
