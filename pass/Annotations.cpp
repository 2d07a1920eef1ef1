// SPDX-License-Identifier: Apache-2.0
//
// Rows of llvm.global.annotations are { function, text, file, line, arguments }. The text is "memscope_track" alone or
// followed by ",key=value" parameters; a text that merely begins alike ("memscope_tracker") is somebody else's. The
// table stays in the module: it makes no code, and others may read it too.

#include "Annotations.h"

#include "Diagnostics.h"
#include "LLVMCompat.h"

#include "llvm/Analysis/ValueTracking.h"
#include "llvm/IR/Constants.h"

using namespace llvm;

namespace memscope {

static constexpr StringLiteral TrackAnnotation = "memscope_track";

// Returns what is wrong with the parameter, or "".
static std::string readParameter(StringRef Parameter, Annotation &Result) {
  auto [Key, Value] = Parameter.split('=');
  if (Key == Parameter)
    return ("parameter '" + Parameter + "' is not of the form key=value").str();
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

static StringRef textOf(const Value *Field) {
  StringRef Text;
  getConstantStringInfo(Field->stripPointerCasts(), Text);
  return Text;
}

AnnotationMap readAnnotations(Module &M) {
  AnnotationMap Result;
  const GlobalVariable *Table = M.getNamedGlobal("llvm.global.annotations");
  const auto *Rows = Table && Table->hasInitializer() ? dyn_cast<ConstantArray>(Table->getInitializer()) : nullptr;
  if (!Rows)
    return Result;

  for (const Use &Row : Rows->operands()) {
    auto *F = dyn_cast<Function>(cast<Constant>(Row)->getOperand(0)->stripPointerCasts());
    StringRef Text = textOf(cast<Constant>(Row)->getOperand(1));
    if (!F || F->isDeclarationForLinker() || !Text.consume_front(TrackAnnotation) ||
        !(Text.empty() || Text.front() == ','))
      continue;

    Annotation &Found = Result[F];
    Found.File = textOf(cast<Constant>(Row)->getOperand(2)).str();
    Found.Line = static_cast<unsigned>(cast<ConstantInt>(cast<Constant>(Row)->getOperand(3))->getZExtValue());
    while (Text.consume_front(",")) {
      StringRef Parameter = Text.take_until([](char C) { return C == ','; });
      Text = Text.drop_front(Parameter.size());
      std::string Complaint = readParameter(Parameter, Found);
      if (!Complaint.empty())
        warn(*F, Found.File, Found.Line, TrackAnnotation + ": " + Complaint);
    }
  }
  return Result;
}

} // namespace memscope
