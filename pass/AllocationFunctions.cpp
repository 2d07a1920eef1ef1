// SPDX-License-Identifier: Apache-2.0
//
// Expands the entries of abi.def into the table and an index by symbol, built once per process and only read after
// that, so compilers that run modules in several threads may share it. Names for display are demangled on demand: they
// are needed once a call that is rewritten, while lookups happen for every call of the module.

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
