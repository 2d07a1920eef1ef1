// SPDX-License-Identifier: Apache-2.0
//
// What the source code asks for: __attribute__((annotate("memscope_track..."))) on functions, read from the table
// clang leaves in the module. Changes nothing; what cannot be understood is a warning at the annotation's line, and the
// rest of the annotation counts.

#ifndef MEMSCOPE_PASS_ANNOTATIONS_H
#define MEMSCOPE_PASS_ANNOTATIONS_H

#include "llvm/ADT/MapVector.h"
#include "llvm/IR/Module.h"
#include <string>

namespace memscope {

/// One annotated function that is defined in the module.
struct Annotation {
  std::string Name;         ///< name=, empty when not given
  double SamplingRate = -1; ///< sampling_rate= in 0..1, negative when not given
  unsigned StackDepth = 0;  ///< stack_depth= in frames, 0 when not given
  std::string File;         ///< place of the declaration, as the compiler was told the file's name
  unsigned Line = 0;
};

using AnnotationMap = llvm::MapVector<llvm::Function *, Annotation>;

/// Returns the annotated functions in the order of the source. Where a function is annotated several times, the
/// parameters add up, the last one of a kind counts.
AnnotationMap readAnnotations(llvm::Module &M);

} // namespace memscope

#endif
