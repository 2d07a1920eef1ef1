// SPDX-License-Identifier: Apache-2.0
//
// What the source calls the storage behind an address: "head", "list.next", "table[]". Read from the IR as clang makes
// it, before optimisation, when variables still are memory and debug information says which. What is not certain (a
// union with several pointers, an address that was computed elsewhere) has no place.

#ifndef MEMSCOPE_PASS_PLACES_H
#define MEMSCOPE_PASS_PLACES_H

#include "DebugTypes.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/IR/InstrTypes.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/Operator.h"
#include <string>

namespace memscope {

/// A variable, a field or an element.
struct Place {
  std::string Label;                  ///< what the source calls it; "" for a record without a name of its own
  const llvm::DIType *Type = nullptr; ///< its declared type; nullptr: nothing is known
  bool IsVariable = false;            ///< Label is the name of a variable and nothing else

  explicit operator bool() const { return Type != nullptr; }
};

/// Finds places in one module, whose variables it remembers: instructions must not be changed in between.
class Places {
public:
  explicit Places(DebugTypes &Types) : Types(Types) {}

  /// Returns the pointer at \p Address: for a struct, the member that lies there.
  Place pointerAt(const llvm::Value &Address);

  /// Returns the variable that begins at \p Address, whatever it is.
  Place variableAt(const llvm::Value &Address);

  /// Returns the std::unique_ptr or std::shared_ptr whose member function \p Call calls.
  Place smartPointerOf(const llvm::CallBase &Call);

private:
  /// Somewhere in a known object.
  struct Position {
    Place Whole;
    uint64_t Offset = 0; ///< in bits

    explicit operator bool() const { return static_cast<bool>(Whole); }
  };
  using Test = llvm::function_ref<bool(const llvm::DIType *)>;

  Place pointerAt(const llvm::Value &Address, unsigned Depth);
  Place recordAt(const llvm::Value &Address, const llvm::DIType &Record, unsigned Depth);
  Position positionOf(const llvm::Value &Address, unsigned Depth);
  Position advance(Position From, const llvm::GEPOperator &Step);
  Place objectAt(const llvm::Value &Pointer, unsigned Depth);
  Place resultOf(const llvm::CallBase &Call, unsigned Depth);
  static Place partOf(const Position &Where, Test IsMeant);

  DebugTypes &Types;
  llvm::DenseMap<const llvm::Value *, Place> Variables;
};

/// Returns \p Address without casts; for a thread-local variable's, the variable.
const llvm::Value &withoutCasts(const llvm::Value &Address);

} // namespace memscope

#endif
