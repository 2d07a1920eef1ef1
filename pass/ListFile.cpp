// SPDX-License-Identifier: Apache-2.0
//
// LLVM's reader takes entries before the first section for all sections. Here that would track and ignore at once, so
// such entries count for nothing, and are found by asking for a section that nobody writes.

#include "ListFile.h"

#include "SourceNames.h"

#include "llvm/IR/DebugInfoMetadata.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/VirtualFileSystem.h"

using namespace llvm;

namespace memscope {

static constexpr StringLiteral NoSection = "(no section)";

std::unique_ptr<ListFile> ListFile::read(const std::string &Path, std::string &Error) {
  auto Result = std::make_unique<ListFile>();
  Result->List = SpecialCaseList::create({Path}, *vfs::getRealFileSystem(), Error);
  return Result->List ? std::move(Result) : nullptr;
}

static std::string fileOf(const Function &F) {
  const DISubprogram *Subprogram = F.getSubprogram();
  return Subprogram ? filePath(Subprogram->getFile()) : F.getParent()->getSourceFileName();
}

bool ListFile::matches(StringRef Section, const Function &F) const {
  return List->inSection(Section, "fun", F.getName()) || List->inSection(Section, "fun", functionName(F));
}

bool ListFile::matchesFile(StringRef Section, const Function &F) const {
  return List->inSection(Section, "src", fileOf(F));
}

bool ListFile::isUnsectioned(const Function &F) const { return matches(NoSection, F) || matchesFile(NoSection, F); }

Listed ListFile::find(const Function &F) const {
  if (isUnsectioned(F))
    return Listed::Nothing;
  if (matches("ignore", F) || matchesFile("ignore", F))
    return Listed::Ignore;
  if (matches("track", F))
    return Listed::Track;
  return matchesFile("track", F) ? Listed::TrackFile : Listed::Nothing;
}

} // namespace memscope
