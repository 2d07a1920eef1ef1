// SPDX-License-Identifier: Apache-2.0
//
// Rows of llvm.global.annotations are { what, text, file, line, arguments }; the intrinsics for local variables and
// fields have the same as operands. The text is a keyword alone or followed by ",key=value" parameters. All keywords
// begin with "memscope_"; texts that do not are somebody else's. The table stays in the module: it makes no code, and
// others may read it too.

#include "Annotations.h"

#include "Diagnostics.h"
#include "LLVMCompat.h"

#include "llvm/Analysis/ValueTracking.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/IntrinsicInst.h"

using namespace llvm;

namespace memscope {

static constexpr StringLiteral Prefix = "memscope_";
static constexpr StringLiteral Keywords =
    "memscope_track, memscope_ignore, memscope_alloc, memscope_free and memscope_realloc";

static StringRef textOf(const Value *Field) {
  StringRef Text;
  getConstantStringInfo(Field->stripPointerCasts(), Text);
  return Text;
}

namespace {

/// One annotation as it is written.
struct Note {
  StringRef Keyword;    ///< behind "memscope_"
  StringRef Parameters; ///< ",key=value" each
  SourcePlace Place;
  const Function &Near; ///< for messages

  void complain(const Twine &Complaint) const {
    warn(Near, Place.File, Place.Line, Prefix + Keyword + ": " + Complaint);
  }

  /// Calls \p Take with each key and value; it returns what is wrong with them, or "".
  template <typename Function> void forEachParameter(Function Take) const {
    StringRef Rest = Parameters;
    while (Rest.consume_front(",")) {
      StringRef Parameter = Rest.take_until([](char C) { return C == ','; });
      Rest = Rest.drop_front(Parameter.size());
      auto [Key, Value] = Parameter.split('=');
      std::string Complaint =
          Key == Parameter ? ("parameter '" + Parameter + "' is not of the form key=value").str() : Take(Key, Value);
      if (!Complaint.empty())
        complain(Complaint);
    }
  }
};

} // namespace

static std::optional<Note> readNote(const Value *Text, const Value *File, const Value *Line, const Function &Near) {
  StringRef Written = textOf(Text);
  if (!Written.consume_front(Prefix))
    return std::nullopt;
  StringRef Keyword = Written.take_until([](char C) { return C == ','; });
  StringRef Parameters = Written.drop_front(Keyword.size());
  if (Parameters == ",") // of a macro without any
    Parameters = "";
  auto Number = static_cast<unsigned>(cast<ConstantInt>(Line)->getZExtValue());
  return Note{Keyword, Parameters, {textOf(File).str(), Number}, Near};
}

// ---- tracking ----

static std::string readScopeParameter(StringRef Key, StringRef Value, ScopeAnnotation &Result) {
  if (Key == "name") {
    if (Value.empty())
      return "name is empty";
    Result.Name = Value.str();
  } else if (Key == "sampling_rate") {
    double Rate;
    // The negated comparison refuses NaN as well.
    if (Value.getAsDouble(Rate) || !(Rate >= 0.0 && Rate <= 1.0))
      return ("sampling_rate '" + Value + "' is not a number from 0.0 to 1.0").str();
    Result.SamplingRate = Rate;
  } else if (Key == "stack_depth") {
    unsigned Depth;
    if (Value.getAsInteger(10, Depth) || Depth == 0)
      return ("stack_depth '" + Value + "' is not a positive number of frames").str();
    Result.StackDepth = Depth;
  } else {
    return ("unknown parameter '" + Key + "'; known are name, sampling_rate and stack_depth").str();
  }
  return "";
}

// On one function, memscope_ignore counts.
static constexpr StringLiteral Contradiction = "the function is marked memscope_ignore as well, which counts";

static void readTrack(const Note &Written, ScopeAnnotation &Result) {
  if (Result.Ignore)
    return Written.complain(Contradiction);
  Result.Place = Written.Place;
  Written.forEachParameter(
      [&Result](StringRef Key, StringRef Value) { return readScopeParameter(Key, Value, Result); });
}

static void readIgnore(const Note &Written, bool Tracked, ScopeAnnotation &Result) {
  if (Tracked)
    Note{"track", "", Result.Place, Written.Near}.complain(Contradiction);
  Result.Ignore = true;
  Result.Place = Written.Place;
  Written.forEachParameter(
      [](StringRef Key, StringRef) { return ("unknown parameter '" + Key + "'; it has none").str(); });
}

// ---- allocators ----

static unsigned *findPosition(AllocatorAnnotation &Result, StringRef Key) {
  using Kind = AllocatorAnnotation::Kind;
  bool Allocates = Result.Does != Kind::Free, Releases = Result.Does != Kind::Alloc;
  if (Key == "size" && Allocates)
    return &Result.Size;
  if (Key == "count" && Allocates)
    return &Result.Count;
  if (Key == "align" && Result.Does == Kind::Alloc)
    return &Result.Align;
  if (Key == "out" && Result.Does == Kind::Alloc)
    return &Result.Out;
  if (Key == "block" && Releases)
    return &Result.Block;
  return nullptr;
}

static StringRef knownPositions(const AllocatorAnnotation &Result) {
  switch (Result.Does) {
  case AllocatorAnnotation::Alloc:
    return "size, count, align and out";
  case AllocatorAnnotation::Free:
    return "block";
  case AllocatorAnnotation::Realloc:
    return "block, size and count";
  }
  llvm_unreachable("all kinds are named");
}

static void readAllocator(const Note &Written, AllocatorAnnotation::Kind Does, AllocatorAnnotation &Result) {
  Result.Does = Does;
  Result.Place = Written.Place;
  Written.forEachParameter([&Result](StringRef Key, StringRef Value) -> std::string {
    unsigned *Position = findPosition(Result, Key);
    if (!Position)
      return ("unknown parameter '" + Key + "'; known are " + knownPositions(Result)).str();
    if (Value.getAsInteger(10, *Position) || *Position == 0) {
      *Position = 0;
      return (Key + " '" + Value + "' is not the position of a parameter, counted from 1").str();
    }
    return "";
  });
}

// ---- functions and globals ----

static void readOnFunction(Function &F, const Note &Written, Annotations &Result) {
  bool Defined = !F.isDeclarationForLinker();
  if (Written.Keyword == "track" || Written.Keyword == "ignore") {
    if (!Defined)
      return;
    if (Written.Keyword == "track")
      readTrack(Written, Result.Scopes[&F]);
    else
      readIgnore(Written, Result.Scopes.count(&F) != 0, Result.Scopes[&F]);
  } else if (Written.Keyword == "alloc") {
    readAllocator(Written, AllocatorAnnotation::Alloc, Result.Allocators[&F]);
  } else if (Written.Keyword == "free") {
    readAllocator(Written, AllocatorAnnotation::Free, Result.Allocators[&F]);
  } else if (Written.Keyword == "realloc") {
    readAllocator(Written, AllocatorAnnotation::Realloc, Result.Allocators[&F]);
  } else {
    Written.complain("no such annotation; there are " + Keywords);
  }
}

// Messages need a function for their place; any will do.
static const Function *anyFunction(const Module &M) { return M.empty() ? nullptr : &*M.begin(); }

Annotations readAnnotations(Module &M) {
  Annotations Result;
  const GlobalVariable *Table = M.getNamedGlobal("llvm.global.annotations");
  const auto *Rows = Table && Table->hasInitializer() ? dyn_cast<ConstantArray>(Table->getInitializer()) : nullptr;
  if (!Rows)
    return Result;

  for (const Use &Row : Rows->operands()) {
    auto Field = [&Row](unsigned I) { return cast<Constant>(Row)->getOperand(I); };
    Value *What = Field(0)->stripPointerCasts();
    auto *F = dyn_cast<Function>(What);
    const Function *Near = F ? F : anyFunction(M);
    std::optional<Note> Written = Near ? readNote(Field(1), Field(2), Field(3), *Near) : std::nullopt;
    if (!Written)
      continue;
    if (F)
      readOnFunction(*F, *Written, Result);
    else if (auto *Variable = dyn_cast<GlobalVariable>(What); Variable && Written->Keyword == "track")
      readTrack(*Written, Result.Variables[Variable]);
    else
      Written->complain("has no effect on a variable");
  }
  return Result;
}

// ---- local variables and fields ----

std::optional<ScopeAnnotation> readVariableAnnotation(const CallBase &I) {
  const auto *Mark = dyn_cast<IntrinsicInst>(&I);
  if (!Mark ||
      (Mark->getIntrinsicID() != Intrinsic::var_annotation && Mark->getIntrinsicID() != Intrinsic::ptr_annotation))
    return std::nullopt;
  std::optional<Note> Written =
      readNote(Mark->getArgOperand(1), Mark->getArgOperand(2), Mark->getArgOperand(3), *Mark->getFunction());
  if (!Written)
    return std::nullopt;
  if (Written->Keyword != "track") {
    Written->complain("has no effect on a variable");
    return std::nullopt;
  }
  ScopeAnnotation Result;
  readTrack(*Written, Result);
  return Result;
}

} // namespace memscope
