// SPDX-License-Identifier: Apache-2.0
//
// What the source code asks for: __attribute__((annotate("memscope_..."))) on functions and thread variables, read from
// what clang leaves in the module. Changes nothing; what cannot be understood is a warning at the annotation's line,
// and the rest of the annotation counts.

#ifndef MEMSCOPE_PASS_ANNOTATIONS_H
#define MEMSCOPE_PASS_ANNOTATIONS_H

#include "llvm/ADT/MapVector.h"
#include "llvm/IR/InstrTypes.h"
#include "llvm/IR/Module.h"
#include <optional>
#include <string>

namespace memscope {

/// Where an annotation stands: file as the compiler was told its name.
struct SourcePlace {
  std::string File;
  unsigned Line = 0;
};

/// memscope_track or memscope_ignore on a function; memscope_track on a thread variable.
struct ScopeAnnotation {
  bool Ignore = false;       ///< recording is switched off inside
  bool MayBeInlined = false; ///< not the programmer's own mark
  std::string Name;          ///< name=, empty when not given
  double SamplingRate = -1;  ///< sampling_rate= in 0..1, negative when not given
  unsigned StackDepth = 0;   ///< stack_depth= in frames, 0 when not given
  SourcePlace Place;
};

/// memscope_alloc, memscope_free or memscope_realloc on a function. Positions count parameters from 1, 'this' included,
/// as in GCC's alloc_size; 0 when not given.
struct AllocatorAnnotation {
  enum Kind { Alloc, Free, Realloc } Does = Alloc;
  unsigned Size = 0;  ///< bytes, or bytes of an element with count
  unsigned Count = 0; ///< elements
  unsigned Align = 0; ///< alignment
  unsigned Out = 0;   ///< pointer to where the block's address goes; the result when not given
  unsigned Block = 0; ///< the block that is released or moved
  SourcePlace Place;
};

using ScopeMap = llvm::MapVector<llvm::Function *, ScopeAnnotation>;

/// Functions are defined in the module, allocators may be declared only; in the order of the source.
struct Annotations {
  ScopeMap Scopes;
  llvm::MapVector<llvm::Function *, AllocatorAnnotation> Allocators;
  llvm::MapVector<llvm::GlobalVariable *, ScopeAnnotation> Variables;
};

/// Reads the module's table. Where something is annotated several times, the parameters add up, the last one of a kind
/// counts.
Annotations readAnnotations(llvm::Module &M);

/// Reads the annotation of a local variable or a field, if \p I is what clang makes of one and it is about tracking.
std::optional<ScopeAnnotation> readVariableAnnotation(const llvm::CallBase &I);

} // namespace memscope

#endif
