// SPDX-License-Identifier: Apache-2.0
//
// Expands the entries of abi.def into the table and an index by symbol, built once per process. clang runs one module
// per process, LTO and tools that run several in threads only read it after its construction.

#include "AllocationFunctions.h"

#include "llvm/ADT/StringMap.h"
#include "llvm/Demangle/Demangle.h"

using namespace llvm;

namespace memscope {

static const AllocationFunction Table[] = {
#define MEMSCOPE_ENTRY(id, symbol, signature, role, family) {#id, #symbol, #signature},
#include "memscope/abi.def"
};

std::string AllocationFunction::sourceName() const {
  std::string Name = demangle(Symbol.str());
  // C++ names demangle with their parameter types, which nobody writes in a call.
  return Name.substr(0, Name.find('('));
}

const AllocationFunction *findAllocationFunction(StringRef Symbol) {
  static const StringMap<const AllocationFunction *> Index = [] {
    StringMap<const AllocationFunction *> BySymbol;
    for (const AllocationFunction &Row : Table)
      BySymbol[Row.Symbol] = &Row;
    return BySymbol;
  }();
  return Index.lookup(Symbol);
}

} // namespace memscope
