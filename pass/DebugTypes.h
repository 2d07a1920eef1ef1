// SPDX-License-Identifier: Apache-2.0
//
// What debug information says about types, and the way back to it from the IR's struct types. The IR has lost the
// source's types but for one trace: a member is addressed through the struct type that clang made of the record, also
// where the source got there by a cast. Such a struct type counts only where exactly one described record can be meant.

#ifndef MEMSCOPE_PASS_DEBUGTYPES_H
#define MEMSCOPE_PASS_DEBUGTYPES_H

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/IR/DebugInfoMetadata.h"
#include "llvm/IR/DerivedTypes.h"
#include "llvm/IR/Module.h"
#include <utility>

namespace memscope {

/// Returns \p Type without typedefs and qualifiers.
const llvm::DIType *withoutNames(const llvm::DIType *Type);

/// Tells whether \p Type is a pointer or a reference.
bool isPointer(const llvm::DIType *Type);

/// Tells whether \p Type is a reference of either kind.
bool isReference(const llvm::DIType *Type);

/// Returns what \p Type points or refers to; nullptr when it is no pointer, or one to void.
const llvm::DIType *pointee(const llvm::DIType *Type);

/// Returns the struct, class, union or array that \p Type is, or nullptr.
const llvm::DICompositeType *asAggregate(const llvm::DIType *Type);

/// Returns the struct, class or union that \p Type is, or nullptr.
const llvm::DICompositeType *asRecord(const llvm::DIType *Type);

/// Returns the size, 0 where it is not known.
uint64_t sizeInBits(const llvm::DIType *Type);

/// Tells whether \p Element of a record lies in it: a member or a base class at a fixed place.
bool isPart(const llvm::DINode *Element);

/// Returns \p Name without its template arguments.
llvm::StringRef withoutArguments(llvm::StringRef Name);

/// Returns the declared type of \p F's result, or nullptr.
const llvm::DIType *resultType(const llvm::Function &F);

/// Tells whether clang may have made \p Struct, which has \p Bits bits, of \p Type.
bool mayBeMadeOf(const llvm::StructType &Struct, uint64_t Bits, const llvm::DIType *Type);

/// The records of a module. The index is made when first asked for.
class DebugTypes {
public:
  explicit DebugTypes(const llvm::Module &M) : M(M) {}

  /// Returns the one record that clang made \p Struct of; nullptr if there are none or several, and for templates,
  /// whose arguments the struct's name does not have.
  const llvm::DIType *recordOf(llvm::StructType &Struct);

  /// Tells whether some record of \p Bits bits, or of any size, begins with \p Base: its first member or base class.
  bool isExtended(const llvm::DIType &Base, uint64_t Bits = 0);

private:
  const llvm::DIType *findRecord(llvm::StructType &Struct);
  void makeIndex();
  void add(const llvm::DIType &Type);

  const llvm::Module &M;
  bool HasIndex = false;
  llvm::StringMap<llvm::SmallVector<const llvm::DIType *, 1>> ByName; ///< the last part of the name, no arguments
  llvm::DenseMap<llvm::StructType *, const llvm::DIType *> Records;   ///< what recordOf has found
  llvm::DenseSet<std::pair<const llvm::DIType *, uint64_t>> Extended;
};

} // namespace memscope

#endif
