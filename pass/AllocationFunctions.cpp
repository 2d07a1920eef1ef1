// SPDX-License-Identifier: Apache-2.0
//
// Expands the entries of abi.def into the table and an index by symbol, built once per process and only read after
// that, so compilers that run modules in several threads may share it. Names for display are demangled on demand: they
// are needed once a call that is rewritten, while lookups happen for every call of the module.

#include "AllocationFunctions.h"

#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Demangle/Demangle.h"

using namespace llvm;

namespace memscope {

static const AllocationFunction Table[] = {
#define MEMSCOPE_ENTRY(id, symbol, signature, role, family) {#id, #symbol, #signature, #role, #family},
#include "memscope/abi.def"
};

std::string AllocationFunction::sourceName() const {
  std::string Name = demangle(Symbol.str());
  // C++ names demangle with their parameter types, which nobody writes in a call.
  return Name.substr(0, Name.find('('));
}

SmallVector<unsigned, 2> AllocationFunction::sizeArguments() const {
  return StringSwitch<SmallVector<unsigned, 2>>(Role)
      .Cases("SIZE", "SIZE_NOTHROW", "SIZE_ALIGN", "SIZE_ALIGN_NOTHROW", {0})
      .Cases("ALIGN_SIZE", "REALLOC", "MAP", {1})
      .Case("OUT_ALIGN_SIZE", {2})
      .Case("REMAP", {2})
      .Case("COUNT_SIZE", {0, 1})
      .Case("REALLOCARRAY", {1, 2})
      .Default({});
}

int AllocationFunction::outArgument() const {
  return StringSwitch<int>(Role)
      .Cases("OUT_ALIGN_SIZE", "OUT_TEXT", "LINE", "DELIMITED", 0)
      .Case("LIST", 1)
      .Default(-1);
}

bool AllocationFunction::isText() const {
  return StringSwitch<bool>(Role)
      .Cases("STRING", "STRING_MAX", "WIDE_STRING", "OUT_TEXT", "LINE", "DELIMITED", "PATH", "WORKING_DIRECTORY", true)
      .Default(false);
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
