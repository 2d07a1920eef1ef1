// SPDX-License-Identifier: Apache-2.0
//
// Where a block goes from its allocation, as far as the function shows it: what it is stored into, whose members it is
// given, which parameters and results take it. These are statements of the source about the block's type; which of them
// counts is for AllocatedTypes to say.

#ifndef MEMSCOPE_PASS_BLOCKUSES_H
#define MEMSCOPE_PASS_BLOCKUSES_H

#include "Candidates.h"
#include "DebugTypes.h"
#include "Places.h"

#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/IR/Instructions.h"
#include <utility>

namespace memscope {

/// What the uses of one block say. Types are of the block: what a pointer to it points to, never void.
class BlockUses {
public:
  /// Looks at the uses of the call's result itself.
  BlockUses(const Candidate &Candidate, Places &Places, DebugTypes &Types);

  /// Goes on through local variables that hold the block: to what is next done with it.
  void followVariables();

  Place Receiver;                                      ///< what takes the block first
  const llvm::DIType *Declared = nullptr;              ///< by the first variable or field that says a type
  llvm::SmallVector<const llvm::DIType *, 4> Stored;   ///< by each variable or field
  llvm::SmallVector<const llvm::DIType *, 4> Accessed; ///< by member access; nullptr: of a type that is not certain
  llvm::SmallVector<const llvm::DIType *, 4> Returned; ///< by the function's result
  llvm::SmallVector<const llvm::DIType *, 4> Passed;   ///< by parameters
  bool IsWhole = true;                                 ///< nothing was left out

private:
  void followValues();
  void visit(const llvm::Use &U);
  void visitCall(const llvm::CallBase &Call, const llvm::Use &U);
  void visitStore(const llvm::StoreInst &Store);
  void receive(const Place &Target, const llvm::DIType *Type, const llvm::Instruction &At);
  void followVariable(const llvm::AllocaInst &Variable, const llvm::Instruction &At);

  const Candidate &Origin;
  Places &PlacesOfModule;
  DebugTypes &Types;
  bool IsDirect = true; ///< no variable lies in between
  const llvm::Instruction *ReceivedAt = nullptr, *DeclaredAt = nullptr;
  llvm::SmallVector<const llvm::Value *, 8> Pending;
  llvm::SmallPtrSet<const llvm::Value *, 16> Seen;
  /// Variables that the block was put into, and where.
  llvm::SmallVector<std::pair<const llvm::AllocaInst *, const llvm::Instruction *>, 2> Variables;
};

} // namespace memscope

#endif
