// SPDX-License-Identifier: Apache-2.0
//
// Replaces allocation calls by calls of the runtime's entries. It keeps what the original call says about itself:
// attributes, operand bundles, metadata, debug location, and for an invoke both its successors. It
// decides nothing: which calls is for Candidates, which site for SiteTable.

#ifndef MEMSCOPE_PASS_INSTRUMENTER_H
#define MEMSCOPE_PASS_INSTRUMENTER_H

#include "Candidates.h"
#include "RuntimeAbi.h"

namespace memscope {

/// Makes a call that must be a tail call an ordinary one, which it will be when it is rewritten; before scopes get
/// their hooks, since a scope ends before a tail call.
void dropMustTail(const Candidate &Candidate);

/// Replaces the call. \p Candidate.Call need not exist any more.
///
///     %p = tail call noalias ptr @realloc(ptr %old, i64 %n)
///     %p = notail call noalias ptr @__memscope_realloc(ptr %old, i64 %n, ptr @site)
///
/// Where the entry would often do nothing but call the function, the call stays for that case, as it was:
///
///     %p = tail call noalias ptr @malloc(i64 %n)
///
///       %mode = load i8, ptr @__memscope_mode                  MEMSCOPE_DIRECT in abi.def; for a release: its region
///       br (%mode == untracked), %direct, %recorded
///     direct:
///       %1 = tail call noalias ptr @malloc(i64 %n)
///     recorded:
///       %2 = notail call noalias ptr @__memscope_malloc(i64 %n, ptr @site)
///     behind:
///       %p = phi ptr [ %1, %direct ], [ %2, %recorded ]
///
/// The call of a variadic function stays, between two others:
///
///     %r = call i32 (ptr, ptr, ...) @asprintf(ptr %out, ptr %format, i32 %n)
///
///     %t = call ptr @__memscope_call_begin(ptr %frame)
///     %r = call i32 (ptr, ptr, ...) @asprintf(ptr %out, ptr %format, i32 %n)
///     call void @__memscope_asprintf(i32 %r, ptr %out, ptr %format, ptr %t, ptr @site)
void rewriteCall(const Candidate &Candidate, llvm::Constant *Site, RuntimeAbi &Abi);

/// Makes \p Old a call of \p Entry, with \p Further arguments behind its own. \p Old is erased.
void replaceCall(llvm::CallBase &Old, llvm::FunctionCallee Entry, llvm::ArrayRef<llvm::Value *> Further,
                 RuntimeAbi &Abi);

} // namespace memscope

#endif
