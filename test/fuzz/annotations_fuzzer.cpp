// SPDX-License-Identifier: Apache-2.0
//
// annotations_fuzzer.cpp: texts of annotations, one a line, each on a function, a declaration and a variable. What is taken
// from them is in the ranges that the documentation names.

#include "Annotations.h"

#include "llvm/IR/Constants.h"
#include "llvm/IR/DiagnosticInfo.h"
#include "llvm/IR/DiagnosticPrinter.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/raw_ostream.h"

#include <cstdlib>

using namespace llvm;

namespace {

/// Messages are made and not shown.
struct Silent : DiagnosticHandler {
  bool handleDiagnostics(const DiagnosticInfo &Info) override {
    std::string Text;
    raw_string_ostream Out(Text);
    DiagnosticPrinterRawOStream Printer(Out);
    Info.print(Printer);
    return true;
  }
};

} // namespace

static void must(bool Holds) {
  if (!Holds)
    __builtin_trap();
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *Input, size_t Bytes) {
  LLVMContext Context;
  Context.setDiagnosticHandler(std::make_unique<Silent>());
  Module M("module", Context);
  Type *Byte = Type::getInt8Ty(Context);
  PointerType *Pointer = PointerType::getUnqual(Byte);
  IntegerType *Word = Type::getInt32Ty(Context);
  auto *Signature = FunctionType::get(Pointer, {Pointer, Word}, false);
  Function *Defined = Function::Create(Signature, Function::ExternalLinkage, "defined", M);
  IRBuilder<> Builder(BasicBlock::Create(Context, "", Defined));
  Builder.CreateRet(ConstantPointerNull::get(Pointer));
  Function *Declared = Function::Create(Signature, Function::ExternalLinkage, "declared", M);
  auto *Variable = new GlobalVariable(M, Byte, false, GlobalValue::ExternalLinkage, ConstantInt::get(Byte, 0), "variable");
  auto TextOf = [&](StringRef Text) {
    Constant *Data = ConstantDataArray::getString(Context, Text);
    return ConstantExpr::getPointerCast(
        new GlobalVariable(M, Data->getType(), true, GlobalValue::PrivateLinkage, Data), Pointer);
  };
  Constant *File = TextOf("a.c");
  SmallVector<Constant *, 16> Rows;
  StringRef Rest(reinterpret_cast<const char *>(Input), Bytes);
  for (unsigned Line = 1; !Rest.empty() && Line < 32; Line++) {
    StringRef Text;
    std::tie(Text, Rest) = Rest.split('\n');
    for (Constant *What : {static_cast<Constant *>(Defined), static_cast<Constant *>(Declared),
                           static_cast<Constant *>(Variable)})
      Rows.push_back(ConstantStruct::getAnon({ConstantExpr::getPointerCast(What, Pointer), TextOf(Text), File,
                                              ConstantInt::get(Word, Line),
                                              ConstantPointerNull::get(Pointer)}));
  }
  if (Rows.empty())
    return 0;
  auto *Table = ArrayType::get(Rows[0]->getType(), Rows.size());
  new GlobalVariable(M, Table, false, GlobalValue::AppendingLinkage, ConstantArray::get(Table, Rows),
                     "llvm.global.annotations");
  memscope::Annotations Read = memscope::readAnnotations(M);
  for (const auto &Scope : Read.Scopes) {
    double Rate = Scope.second.SamplingRate;
    must(Scope.first == Defined && (Rate == -1 || (Rate >= 0 && Rate <= 1)));
  }
  for (const auto &Marked : Read.Variables)
    must(Marked.first == Variable && !Marked.second.Ignore);
  return 0;
}
