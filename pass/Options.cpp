// SPDX-License-Identifier: Apache-2.0
//
// Read anew for each module: a compiler that runs as a library may change its environment in between.

#include "Options.h"

#include "llvm/Support/CommandLine.h"

#include <cstdlib>

using namespace llvm;

namespace memscope {

static cl::opt<std::string> List("memscope-list", cl::value_desc("file"),
                                 cl::desc("Functions and source files that MemScope tracks or ignores"));

static cl::opt<bool> TrackModule("memscope-track-module", cl::desc("MemScope tracks all that this module does"));

static StringRef fromEnvironment(const char *Name) {
  const char *Value = std::getenv(Name);
  return Value ? Value : "";
}

Options readOptions() {
  Options Result;
  Result.List = List.getNumOccurrences() ? List : fromEnvironment("MEMSCOPE_LIST").str();
  StringRef Module = fromEnvironment("MEMSCOPE_TRACK_MODULE");
  Result.TrackModule = TrackModule.getNumOccurrences() ? TrackModule : !Module.empty() && Module != "0";
  return Result;
}

} // namespace memscope
