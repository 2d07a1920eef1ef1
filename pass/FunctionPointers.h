// SPDX-License-Identifier: Apache-2.0
//
// Allocation functions whose address is taken: kept in tables, handed to containers and libraries, compared. Where the
// program names such a function and does not call it, it gets the address of a thunk that records and calls the real
// one; so blocks that a prebuilt library releases by a callback are seen to be released.

#ifndef MEMSCOPE_PASS_FUNCTIONPOINTERS_H
#define MEMSCOPE_PASS_FUNCTIONPOINTERS_H

#include "RuntimeAbi.h"

namespace memscope {

/// Replaces the addresses of allocation functions in \p M. Comparisons with them stay true for both addresses. Returns
/// how many functions have a thunk now. To be called before sites exist, which hold the real addresses.
unsigned replaceFunctionPointers(llvm::Module &M, RuntimeAbi &Abi);

} // namespace memscope

#endif
