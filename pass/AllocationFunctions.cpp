// SPDX-License-Identifier: Apache-2.0
//
// Expands the entries of abi.def into the table and an index by symbol, built once per process and only read after
// that, so compilers that run modules in several threads may share it. What the arguments are follows from the role.

#include "AllocationFunctions.h"

#include "LLVMCompat.h"

#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Demangle/Demangle.h"

#include <vector>

using namespace llvm;

namespace memscope {

static std::string sourceName(StringRef Id, StringRef Symbol) {
  // glibc's names for what its headers make of getline, strdup, and, with _FORTIFY_SOURCE, of others.
  if (startsWith(Id, "gnu_"))
    return Id.drop_front(4).str();
  if (endsWith(Symbol, "_chk"))
    return Symbol.drop_front(2).drop_back(4).str();
  std::string Name = demangle(Symbol.str());
  // C++ names demangle with their parameter types, which nobody writes in a call.
  return Name.substr(0, Name.find('('));
}

static SmallVector<unsigned, 2> sizeArguments(StringRef Role) {
  return StringSwitch<SmallVector<unsigned, 2>>(Role)
      .Cases("SIZE", "SIZE_NOTHROW", "SIZE_ALIGN", "SIZE_ALIGN_NOTHROW", {0})
      .Cases("ALIGN_SIZE", "REALLOC", "MAP", {1})
      .Cases("OUT_ALIGN_SIZE", "REMAP", {2})
      .Case("COUNT_SIZE", {0, 1})
      .Case("REALLOCARRAY", {1, 2})
      .Default({});
}

static int outArgument(StringRef Role) {
  return StringSwitch<int>(Role)
      .Cases("OUT_ALIGN_SIZE", "LINE", "DELIMITED", "STREAM", "WIDE_STREAM", 0)
      .Cases("FORMAT", "FORMAT_CHECKED", "FORMAT_LIST", "FORMAT_LIST_CHECKED", 0)
      .Case("LIST", 1)
      .Case("LIST_AT", 2)
      .Default(-1);
}

static bool isText(StringRef Role) {
  return StringSwitch<bool>(Role)
      .Cases("STRING", "STRING_MAX", "WIDE_STRING", "NAME", "NAME_IN", "PATH", "PATH_CHECKED", true)
      .Cases("WORKING_DIRECTORY", "WORKING_DIRECTORY_CHECKED", "DEMANGLE", true)
      .Cases("LINE", "DELIMITED", "STREAM", "WIDE_STREAM", true)
      .Cases("FORMAT", "FORMAT_CHECKED", "FORMAT_LIST", "FORMAT_LIST_CHECKED", true)
      .Default(false);
}

static DirectBy directBy(StringRef Role) {
  return StringSwitch<DirectBy>(Role)
#define MEMSCOPE_DIRECT(role, variable) .Case(#role, DirectBy::variable)
#include "memscope/abi.def"
      .Default(DirectBy::none);
}

static std::vector<AllocationFunction> makeTable() {
  struct {
    StringRef Id, Symbol, Signature, Role, Family;
  } const Rows[] = {
#define MEMSCOPE_ENTRY(id, symbol, signature, role, family) {#id, #symbol, #signature, #role, #family},
#include "memscope/abi.def"
  };
  std::vector<AllocationFunction> Table;
  for (const auto &Row : Rows)
    Table.push_back({sourceName(Row.Id, Row.Symbol), Row.Id, Row.Symbol, Row.Signature, Row.Family,
                     sizeArguments(Row.Role), outArgument(Row.Role), isText(Row.Role), directBy(Row.Role)});
  return Table;
}

// Operators new and delete are listed with size_t as unsigned long, the letter m in a symbol; with 32-bit pointers it
// is unsigned int, j. Returns "" where there is no size.
static std::string otherWidth(StringRef Symbol) {
  for (StringRef Start : {"_Znwm", "_Znam", "_ZdlPvm", "_ZdaPvm"})
    if (startsWith(Symbol, Start))
      return (Start.drop_back() + "j" + Symbol.drop_front(Start.size())).str();
  return "";
}

const AllocationFunction *findAllocationFunction(StringRef Symbol) {
  static const std::vector<AllocationFunction> Table = makeTable();
  static const StringMap<const AllocationFunction *> Index = [] {
    StringMap<const AllocationFunction *> BySymbol;
    for (const AllocationFunction &Row : Table) {
      BySymbol[Row.Symbol] = &Row;
      if (std::string Other = otherWidth(Row.Symbol); !Other.empty())
        BySymbol[Other] = &Row;
    }
    return BySymbol;
  }();
  return Index.lookup(Symbol);
}

} // namespace memscope
