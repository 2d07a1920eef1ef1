// SPDX-License-Identifier: Apache-2.0
//
// The program's own allocators: functions marked memscope_alloc, memscope_free or memscope_realloc. Each call of one is
// one event, whatever the function does inside. Calls that this module sees get hooks around them, with a site that
// knows the caller's line, type and receiver; for all other callers the function itself gets the same hooks, which do
// nothing inside the first ones.

#ifndef MEMSCOPE_PASS_ALLOCATORS_H
#define MEMSCOPE_PASS_ALLOCATORS_H

#include "AllocatedTypes.h"
#include "Annotations.h"
#include "RuntimeAbi.h"

namespace memscope {

/// Puts the hooks. An annotation that does not fit its function is a warning, and the function is left alone. To be
/// called before optimisation, while calls are what the source says.
/// @return the number of calls and functions that got hooks
unsigned insertAllocatorHooks(const llvm::Module &M, const Annotations &Given, AllocatedTypes &Types, RuntimeAbi &Abi);

} // namespace memscope

#endif
