// SPDX-License-Identifier: Apache-2.0
//
// Types and variables as one writes them in source code, from debug information. An empty text means that there is no
// way to write it; nothing here guesses.

#ifndef MEMSCOPE_PASS_TYPENAMES_H
#define MEMSCOPE_PASS_TYPENAMES_H

#include "llvm/IR/DebugInfoMetadata.h"
#include <string>

namespace memscope {

/// Returns \p Type around \p Declarator, as a declaration has it: "ns::Node", "const char *name", "int (*rows)[10]";
/// with "[3]", the type of three of them. \p InC puts the keyword in front of a tag: "struct node". What has no name is
/// called by its place: "(unnamed struct at list.c:12)".
std::string typeName(const llvm::DIType &Type, bool InC, const std::string &Declarator = "");

/// Returns the qualified name of \p Variable: "ns::table", "Widget::instance".
std::string variableName(const llvm::DIGlobalVariable &Variable);

} // namespace memscope

#endif
