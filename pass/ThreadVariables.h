// SPDX-License-Identifier: Apache-2.0
//
// Thread variables marked memscope_track: a thread that is created into one is tracked. A call that is given the
// variable's address, be it pthread_create itself, a constructor, or a function of the program that starts threads, is
// told to the runtime; the functions that create threads are replaced by entries that ask for it.

#ifndef MEMSCOPE_PASS_THREADVARIABLES_H
#define MEMSCOPE_PASS_THREADVARIABLES_H

#include "Annotations.h"
#include "RuntimeAbi.h"

namespace memscope {

/// Puts hooks around calls that are given the address of an annotated variable, and into the code that a std::thread
/// runs. To be called before optimisation, while variables are memory.
/// @return the number of places
unsigned insertThreadHooks(llvm::Module &M, const Annotations &Given, RuntimeAbi &Abi);

/// Replaces calls of functions that create threads. In the second visit.
/// @return the number of calls
unsigned rewriteCreations(llvm::Module &M, RuntimeAbi &Abi);

} // namespace memscope

#endif
