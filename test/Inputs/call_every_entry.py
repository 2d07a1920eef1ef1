# SPDX-License-Identifier: Apache-2.0
# Prints an IR module that calls every function of abi.def (first argument) once, with what FileCheck is to find: for a function
# with a way past its entry, that one first.
import re
import sys

TYPES = {"P": "ptr", "Z": "i64", "L": "i64", "O": "i64", "I": "i32", "V": "void"}
ROW = re.compile(r"^MEMSCOPE_ENTRY\((\w+), (\w+), (\w)_(\w*), (\w+), \w+\)$", re.MULTILINE)
DIRECT = re.compile(r"^MEMSCOPE_DIRECT\((\w+), (\w+)\)$", re.MULTILINE)

text = open(sys.argv[1]).read()
direct = dict(DIRECT.findall(text))

print('target triple = "x86_64-unknown-linux-gnu"\ntarget datalayout = "e-m:e-i64:64-S128"')
for entry, symbol, result, arguments, role in ROW.findall(text):
    dots = arguments[-1:] in ("E", "Q") and arguments[-1]
    types = [TYPES[letter] for letter in (arguments[:-1] if dots else arguments)]
    parameters = ", ".join(f"{kind} %{n}" for n, kind in enumerate(types))
    declared = ", ".join(types + (["..."] if dots else []))
    callee = f"({declared}) @{symbol}" if dots else f"@{symbol}"
    name = "" if result == "V" else "%r = "
    back = "ret void" if result == "V" else f"ret {TYPES[result]} %r"
    given = parameters + (", " if parameters else "")
    if dots == "E":
        checks = f"""; CHECK: [[TOKEN:%.*]] = notail call ptr @__memscope_call_begin(
; CHECK: %r = call {TYPES[result]} {callee}({given}i32 7)
; CHECK: call void @__memscope_{entry}({TYPES[result]} %r, {given}ptr [[TOKEN]], ptr @__memscope_site"""
    else:
        optional = "ptr null, " if dots == "Q" else ""
        checks = f"; CHECK: @__memscope_{direct[role]}\n; CHECK: call {TYPES[result]} {callee}({parameters})\n" if role in direct else ""
        checks += f"; CHECK: call {TYPES[result]} @__memscope_{entry}({given}{optional}ptr @__memscope_site"
    print(f"""
; CHECK-LABEL: @call_{entry}(
{checks}
define {TYPES[result]} @call_{entry}({parameters}) {{
  {name}call {TYPES[result]} {callee}({given + "i32 7" if dots == "E" else parameters})
  {back}
}}
declare {TYPES[result]} @{symbol}({declared})""")
