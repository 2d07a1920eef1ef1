# SPDX-License-Identifier: Apache-2.0
# Prints an IR module that calls every function of abi.def (first argument) once, with what FileCheck is to find.
import re
import sys

TYPES = {"P": "ptr", "Z": "i64", "I": "i32", "V": "void"}
ROW = re.compile(r"^MEMSCOPE_ENTRY\((\w+), (\w+), (\w)_(\w+), \w+, \w+\)$", re.MULTILINE)

print('target triple = "x86_64-unknown-linux-gnu"\ntarget datalayout = "e-m:e-i64:64-S128"')
for entry, symbol, result, arguments in ROW.findall(open(sys.argv[1]).read()):
    types = [TYPES[letter] for letter in arguments]
    parameters = ", ".join(f"{kind} %{n}" for n, kind in enumerate(types))
    name = "" if result == "V" else "%r = "
    back = "ret void" if result == "V" else f"ret {TYPES[result]} %r"
    print(f"""
; CHECK-LABEL: @call_{entry}(
; CHECK: call {TYPES[result]} @__memscope_{entry}({parameters}, ptr @__memscope_site
define {TYPES[result]} @call_{entry}({parameters}) {{
  {name}call {TYPES[result]} @{symbol}({parameters})
  {back}
}}
declare {TYPES[result]} @{symbol}({", ".join(types)})""")
