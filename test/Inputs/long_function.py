# SPDX-License-Identifier: Apache-2.0
"""Prints a module with a function of 300 instructions, or with as many remarks about a variable instead ("debug"), that
allocates outside of a loop and inside."""
import sys

kind = sys.argv[1]
filler = {
    "plain": "  call void @work(i64 %size)",
    "debug": "  call void @llvm.dbg.value(metadata i64 %size, metadata !5, metadata !DIExpression()), !dbg !6",
}[kind]
print('target datalayout = "e-m:e-i64:64-S128"')
print('target triple = "x86_64-unknown-linux-gnu"')
print("define void @function(i64 %size) !dbg !3 {")
print("  %p = call ptr @malloc(i64 %size), !dbg !6")
print("\n".join([filler] * 300))
print("  br label %loop")
print("loop:")
print("  %q = call ptr @malloc(i64 %size), !dbg !6")
print("  %more = icmp ne ptr %p, %q")
print("  br i1 %more, label %loop, label %end")
print("end:")
print("  ret void")
print("}")
print("declare ptr @malloc(i64)")
print("declare void @work(i64)")
print("declare void @llvm.dbg.value(metadata, metadata, metadata)")
print("!llvm.dbg.cu = !{!0}")
print("!llvm.module.flags = !{!7}")
print("!0 = distinct !DICompileUnit(language: DW_LANG_C11, file: !1, emissionKind: FullDebug)")
print('!1 = !DIFile(filename: "a.c", directory: "/")')
print("!2 = !DISubroutineType(types: !{})")
print('!3 = distinct !DISubprogram(name: "function", file: !1, line: 1, type: !2, unit: !0, spFlags: DISPFlagDefinition)')
print('!4 = !DIBasicType(name: "long", size: 64, encoding: DW_ATE_signed)')
print('!5 = !DILocalVariable(name: "v", scope: !3, file: !1, line: 1, type: !4)')
print("!6 = !DILocation(line: 1, scope: !3)")
print('!7 = !{i32 2, !"Debug Info Version", i32 3}')
