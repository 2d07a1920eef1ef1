// SPDX-License-Identifier: Apache-2.0
//
// Choosing what is recorded without editing the source: a file in the sanitizers' special-case-list format, read by
// LLVM's own reader.
//
//     [track]
//     fun:decode_*
//     src:*/codec/*
//     [ignore]
//     fun:log_message
//
// fun: matches the symbol, or the name as the source has it ("ns::Parser::read(int)"); src: the file that the function
// stands in.

#ifndef MEMSCOPE_PASS_LISTFILE_H
#define MEMSCOPE_PASS_LISTFILE_H

#include "llvm/IR/Function.h"
#include "llvm/Support/SpecialCaseList.h"

#include <memory>
#include <string>

namespace memscope {

/// What a list says of a function.
enum class Listed { Nothing, Track, TrackFile, Ignore };

class ListFile {
public:
  /// Reads the file. Returns nullptr and says why in \p Error if that cannot be done.
  static std::unique_ptr<ListFile> read(const std::string &Path, std::string &Error);

  /// Returns what the list asks for: to be ignored, or tracked by its own name, or with its whole file.
  Listed find(const llvm::Function &F) const;

  /// Tells whether \p F is matched by an entry that stands under no section.
  bool isUnsectioned(const llvm::Function &F) const;

private:
  bool matches(llvm::StringRef Section, const llvm::Function &F) const;
  bool matchesFile(llvm::StringRef Section, const llvm::Function &F) const;

  std::unique_ptr<llvm::SpecialCaseList> List;
};

} // namespace memscope

#endif
