// SPDX-License-Identifier: Apache-2.0
//
// Where the supported LLVM versions differ in spelling. The only file of the pass that looks at LLVM_VERSION_MAJOR:
// each helper is named by what it does and says which version needs it, so that support of a version ends by deleting
// lines here. What can be written so that every version takes it is written that way in its own file and does not
// appear here.

#ifndef MEMSCOPE_PASS_LLVMCOMPAT_H
#define MEMSCOPE_PASS_LLVMCOMPAT_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Config/llvm-config.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/Metadata.h"

namespace memscope {

/// Tells whether \p Text begins with \p Prefix. LLVM 16 renamed the member, LLVM 19 dropped the old name.
inline bool startsWith(llvm::StringRef Text, llvm::StringRef Prefix) {
#if LLVM_VERSION_MAJOR >= 16
  return Text.starts_with(Prefix);
#else
  return Text.startswith(Prefix);
#endif
}

/// Tells whether \p Text ends with \p Suffix. As startsWith.
inline bool endsWith(llvm::StringRef Text, llvm::StringRef Suffix) {
#if LLVM_VERSION_MAJOR >= 16
  return Text.ends_with(Suffix);
#else
  return Text.endswith(Suffix);
#endif
}

/// Asks for unwind tables that hold at every instruction. Before LLVM 15 there is one kind.
inline void setUnwindTables(llvm::Function &F) {
#if LLVM_VERSION_MAJOR >= 15
  F.setUWTableKind(llvm::UWTableKind::Async);
#else
  F.setHasUWTable();
#endif
}

/// Returns the variable that \p Address is declared to be the storage of, or nullptr. From LLVM 17 on, clang turns most
/// declarations into assignments that name the address; LLVM 19 keeps both beside the instructions.
inline const llvm::DILocalVariable *declaredVariable(const llvm::Value &Address) {
  auto *Location = llvm::ValueAsMetadata::getIfExists(const_cast<llvm::Value *>(&Address));
  if (!Location)
    return nullptr;
  // With an expression, the storage is elsewhere: behind a pointer that lies there, or at an offset.
  auto IsPlain = [](const llvm::DIExpression *Expression) { return !Expression || Expression->getNumElements() == 0; };
#if LLVM_VERSION_MAJOR >= 19
  for (llvm::DbgVariableRecord *Record : Location->getAllDbgVariableRecordUsers())
    if ((Record->isDbgDeclare() && IsPlain(Record->getExpression())) ||
        (Record->isDbgAssign() && Record->getAddress() == &Address && IsPlain(Record->getAddressExpression())))
      return Record->getVariable();
#endif
  if (auto *Wrapped = llvm::MetadataAsValue::getIfExists(Address.getContext(), Location))
    for (const llvm::User *U : Wrapped->users()) {
      const auto *Declare = llvm::dyn_cast<llvm::DbgDeclareInst>(U);
      if (Declare && IsPlain(Declare->getExpression()))
        return Declare->getVariable();
#if LLVM_VERSION_MAJOR >= 17
      if (const auto *Assign = llvm::dyn_cast<llvm::DbgAssignIntrinsic>(U);
          Assign && Assign->getAddress() == &Address && IsPlain(Assign->getAddressExpression()))
        return Assign->getVariable();
#endif
    }
  return nullptr;
}

} // namespace memscope

#endif
