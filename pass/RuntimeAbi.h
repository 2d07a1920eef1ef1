// SPDX-License-Identifier: Apache-2.0
//
// The runtime as generated code sees it: abi.def expanded into callees, struct types and their initialisers. The only
// file that spells names beginning with __memscope_ and the only one that knows what the letters of abi.def mean in
// LLVM types. One object serves one module during one visit; it adds declarations and constants, and changes no code.

#ifndef MEMSCOPE_PASS_RUNTIMEABI_H
#define MEMSCOPE_PASS_RUNTIMEABI_H

#include "AllocationFunctions.h"

#include "llvm/ADT/StringMap.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/Module.h"

namespace memscope {

/// Calls that are inserted and replace nothing.
enum class Hook {
#define MEMSCOPE_HOOK(id, signature) id,
#include "memscope/abi.def"
};

/// Values for one __memscope_site. A member left null becomes zero.
struct SiteFields {
#define MEMSCOPE_SITE_FIELD(kind, name) llvm::Constant *name = nullptr;
#include "memscope/abi.def"
};

/// Values for one __memscope_scope. A member left null becomes zero.
struct ScopeFields {
#define MEMSCOPE_SCOPE_FIELD(kind, name) llvm::Constant *name = nullptr;
#include "memscope/abi.def"
};

/// Tells whether \p F belongs to MemScope itself: such functions are never instrumented.
bool isOwnFunction(const llvm::Function &F);

class RuntimeAbi {
public:
  explicit RuntimeAbi(llvm::Module &M);

  /// Returns the type that \p Signature, in the letters of abi.def, says.
  llvm::FunctionType *functionType(llvm::StringRef Signature) const;

  /// Tells whether \p Type is what \p Signature, in the letters of abi.def, says.
  bool matches(llvm::StringRef Signature, const llvm::FunctionType &Type) const;

  /// Returns the entry that takes over calls of \p Original made with type \p CallType: the same type with the site as
  /// one more parameter, and the function attributes of \p Original that hold for the entry as well. For a variadic row
  /// it is what follows the call.
  llvm::FunctionCallee entry(const AllocationFunction &Row, const llvm::Function &Original,
                             const llvm::FunctionType &CallType);

  /// Returns the name of the function whose address stands for \p Row's where a program keeps it.
  std::string pointerName(const AllocationFunction &Row) const;

  /// Returns \p Attributes, of a function that calls the runtime or of a call of it, without those that would tell the
  /// optimiser what is no longer true: what memory is touched, which argument is an allocation's size.
  llvm::AttributeList withoutPromises(llvm::AttributeList Attributes, size_t ParameterCount) const;

  /// Returns the entry that takes over calls of \p Creator, a function that starts threads, or null if it is none.
  llvm::FunctionCallee creatorEntry(const llvm::Function &Creator);

  /// Inserts a call of \p Which at \p B; pointers may be of any type.
  llvm::CallInst *callHook(llvm::IRBuilder<> &B, Hook Which, llvm::ArrayRef<llvm::Value *> Arguments);

  /// Inserts the question whether a call of \p Row, which may be made directly, need not go through its entry now: a
  /// true value where the calling thread, or the block in \p FirstArgument, is certain not to be tracked.
  llvm::Value *isUntracked(llvm::IRBuilder<> &B, const AllocationFunction &Row, llvm::Value *FirstArgument);

  /// Values in the kinds of abi.def; text("") is NULL. Pointers all have one type, that of frame addresses too.
  llvm::Constant *number(uint32_t Value) const;
  llvm::Constant *real(double Value) const;
  llvm::Constant *text(llvm::StringRef Text);
  llvm::Constant *pointer(llvm::Constant *Address) const;

  /// Returns the address of a null pointer, to be read where there is none other to read.
  llvm::Constant *nullPlace();
  llvm::PointerType *pointerType() const { return PtrTy; }
  llvm::Type *sizeType() const { return typeOf('Z'); }

  /// Put the fields into the order of abi.def.
  llvm::Constant *siteInitializer(const SiteFields &Fields);
  llvm::Constant *scopeInitializer(const ScopeFields &Fields);

  /// Adds the descriptor of a call in \p User, which the linker drops with it. Where several objects may hold \p User,
  /// sites that say the same are one site of the program, unless \p Distinction keeps them apart. The runtime writes
  /// ids into descriptors, so they are not constant.
  llvm::GlobalVariable *addSite(llvm::Constant *Initializer, const llvm::Function &User, llvm::StringRef Distinction);

  /// Adds the descriptor of the annotated function or variable \p Symbol. \p IsShared: several objects may hold it.
  llvm::GlobalVariable *addScope(llvm::Constant *Initializer, llvm::StringRef Symbol, bool IsShared);

  /// Makes the module's start-up refer to the runtime's versioned symbol, once per linked object: a runtime with
  /// another ABI is then a link error.
  void requireRuntimeVersion();

private:
  llvm::AttributeList hookAttributes() const;
  llvm::Value *isUntrackedThread(llvm::IRBuilder<> &B);
  llvm::Value *isUntrackedRegion(llvm::IRBuilder<> &B, llvm::Value *Block);
  llvm::Type *typeOf(char Letter) const;
  llvm::StructType *structType(llvm::StringRef Name, llvm::StringRef Letters) const;
  llvm::GlobalVariable *addDescriptor(llvm::Constant *Initializer, const llvm::Twine &Name, llvm::StringRef Owner,
                                      bool IsShared, llvm::GlobalValue::LinkageTypes LinkageAlone);

  llvm::Module &M;
  llvm::PointerType *PtrTy;
  llvm::StringMap<llvm::Constant *> Texts;
};

} // namespace memscope

#endif
