// SPDX-License-Identifier: Apache-2.0
//
// list_file_fuzzer.cpp: the plugin's list of functions and files. The first line of the input is the name of a function,
// the second its file, and the rest the list.

#include "ListFile.h"

#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"

#include <cstdio>
#include <cstdlib>
#include <sys/mman.h>
#include <unistd.h>

using namespace llvm;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *Input, size_t Bytes) {
  StringRef Text(reinterpret_cast<const char *>(Input), Bytes);
  auto [Name, Rest] = Text.split('\n');
  auto [File, Entries] = Rest.split('\n');
  int Descriptor = memfd_create("list", MFD_CLOEXEC);
  if (Descriptor < 0 || write(Descriptor, Entries.data(), Entries.size()) != static_cast<ssize_t>(Entries.size()))
    abort();
  std::string Error;
  auto List = memscope::ListFile::read("/proc/self/fd/" + std::to_string(Descriptor), Error);
  close(Descriptor);
  if (!List) {
    if (Error.empty())
      __builtin_trap(); // whoever refuses says why
    return 0;
  }
  LLVMContext Context;
  Module M("module", Context);
  M.setSourceFileName(File);
  auto *Type = FunctionType::get(llvm::Type::getVoidTy(Context), false);
  Function *F = Function::Create(Type, Function::ExternalLinkage, Name.contains('\0') ? "f" : Name, M);
  if (List->isUnsectioned(*F) && List->find(*F) != memscope::Listed::Nothing)
    __builtin_trap();
  (void)List->find(*F);
  return 0;
}
