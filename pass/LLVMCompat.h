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

namespace memscope {

/// Tells whether \p Text begins with \p Prefix. LLVM 16 renamed the member, LLVM 19 dropped the old name.
inline bool startsWith(llvm::StringRef Text, llvm::StringRef Prefix) {
#if LLVM_VERSION_MAJOR >= 16
  return Text.starts_with(Prefix);
#else
  return Text.startswith(Prefix);
#endif
}

} // namespace memscope

#endif
